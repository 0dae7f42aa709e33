using CsiSecrets.Templates.Execution;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Formatting;

/// <summary>Go's Printf: reads the format and hands each verb and its operand to the <see cref="Formatter"/>.</summary>
internal sealed class FormatString
{
    private const int LargestNumber = 1_000_000;

    private readonly ByteBuilder output;
    private readonly Formatter formatter;
    private readonly GoString format;
    private readonly object?[] arguments;
    private int at;
    private int next;
    private bool reordered;
    private bool goodIndex;
    private bool afterIndex;

    private FormatString(ByteBuilder output, RenderBudget? budget, GoString format, object?[] arguments)
    {
        this.output = output;
        this.format = format;
        this.arguments = arguments;
        formatter = new Formatter(output, budget);
    }

    public static void Write(ByteBuilder output, RenderBudget? budget, GoString format, object?[] arguments) =>
        new FormatString(output, budget, format, arguments).Run();

    private ref FormatFlags Flags => ref formatter.Scalars.Flags;

    private void Run()
    {
        ReadOnlySpan<byte> text = format.Span;
        while (at < text.Length)
        {
            int percent = text[at..].IndexOf((byte)'%');
            int end = percent < 0 ? text.Length : at + percent;
            output.Append(text[at..end]);
            at = end + 1;
            if (end < text.Length && !Verb(text))
            {
                break;
            }
        }

        if (!reordered && next < arguments.Length)
        {
            Extra();
        }
    }

    /// <summary>One verb, from after the percent sign; false where the format ends before it.</summary>
    private bool Verb(ReadOnlySpan<byte> text)
    {
        Flags = default;
        goodIndex = true;
        afterIndex = false;
        ReadFlags(text);
        ReadIndex(text);
        ReadWidth(text);
        ReadPrecision(text);
        if (!afterIndex)
        {
            ReadIndex(text);
        }

        if (at >= text.Length)
        {
            output.Append("%!(NOVERB)");
            return false;
        }

        int verb = Utf8.Decode(text[at..], out int width);
        at += width;
        if (verb == '%')
        {
            output.Append('%');
        }
        else if (!goodIndex)
        {
            Complain(verb, "(BADINDEX)");
        }
        else if (next >= arguments.Length)
        {
            Complain(verb, "(MISSING)");
        }
        else
        {
            if (verb == 'v')
            {
                Flags.SharpV = Flags.Sharp;
                Flags.Sharp = false;
                Flags.PlusV = Flags.Plus;
                Flags.Plus = false;
            }

            formatter.Argument(arguments[next++], verb);
        }

        return true;
    }

    private void ReadFlags(ReadOnlySpan<byte> text)
    {
        for (; at < text.Length; at++)
        {
            switch ((char)text[at])
            {
                case '#':
                    Flags.Sharp = true;
                    break;
                case '0':
                    Flags.Zero = true;
                    break;
                case '+':
                    Flags.Plus = true;
                    break;
                case '-':
                    Flags.Minus = true;
                    break;
                case ' ':
                    Flags.Space = true;
                    break;
                default:
                    return;
            }
        }
    }

    private void ReadWidth(ReadOnlySpan<byte> text)
    {
        if (at < text.Length && text[at] == '*')
        {
            at++;
            Flags.HasWidth = IntegerArgument(out Flags.Width);
            if (!Flags.HasWidth)
            {
                output.Append("%!(BADWIDTH)");
            }

            if (Flags.Width < 0)
            {
                Flags.Width = -Flags.Width;
                Flags.Minus = true;
                Flags.Zero = false;
            }

            afterIndex = false;
            return;
        }

        Flags.HasWidth = ReadNumber(text, text.Length, out Flags.Width);
        if (afterIndex && Flags.HasWidth)
        {
            goodIndex = false;
        }
    }

    private void ReadPrecision(ReadOnlySpan<byte> text)
    {
        if (at + 1 >= text.Length || text[at] != '.')
        {
            return;
        }

        at++;
        if (afterIndex)
        {
            goodIndex = false;
        }

        ReadIndex(text);
        if (at < text.Length && text[at] == '*')
        {
            at++;
            Flags.HasPrecision = IntegerArgument(out Flags.Precision);
            if (Flags.Precision < 0)
            {
                Flags.Precision = 0;
                Flags.HasPrecision = false;
            }

            if (!Flags.HasPrecision)
            {
                output.Append("%!(BADPREC)");
            }

            afterIndex = false;
            return;
        }

        if (!ReadNumber(text, text.Length, out Flags.Precision))
        {
            Flags.Precision = 0;
        }

        Flags.HasPrecision = true;
    }

    /// <summary>Digits at the current place; a number far too large takes the rest of the text and is none.</summary>
    private bool ReadNumber(ReadOnlySpan<byte> text, int end, out int number)
    {
        number = 0;
        int start = at;
        for (; at < end && char.IsAsciiDigit((char)text[at]); at++)
        {
            if (number > LargestNumber)
            {
                number = 0;
                at = end;
                return false;
            }

            number = (number * 10) + (text[at] - '0');
        }

        return at > start;
    }

    /// <summary>[n]: chooses the next operand.</summary>
    private void ReadIndex(ReadOnlySpan<byte> text)
    {
        if (at >= text.Length || text[at] != '[')
        {
            afterIndex = false;
            return;
        }

        reordered = true;
        int open = at;
        int close = text.Length - open < 3 ? -1 : text[open..].IndexOf((byte)']');
        if (close < 0)
        {
            at = open + 1;
            goodIndex = false;
            afterIndex = false;
            return;
        }

        at = open + 1;
        bool good = ReadNumber(text, open + close, out int index) && at == open + close;
        at = open + close + 1;
        if (good && index >= 1 && index <= arguments.Length)
        {
            next = index - 1;
            afterIndex = true;
            return;
        }

        goodIndex = false;
        afterIndex = good;
    }

    private bool IntegerArgument(out int number)
    {
        number = 0;
        if (next >= arguments.Length)
        {
            return false;
        }

        object? value = arguments[next++];
        if (!Integers.TryWiden(value, out Int128 wide) || wide > LargestNumber || wide < -LargestNumber)
        {
            return false;
        }

        number = (int)wide;
        return true;
    }

    private void Complain(int verb, string what)
    {
        output.Append("%!");
        output.AppendRune(verb);
        output.Append(what);
    }

    private void Extra()
    {
        Flags = default;
        output.Append("%!(EXTRA ");
        for (int i = next; i < arguments.Length; i++)
        {
            if (i > next)
            {
                output.Append(", ");
            }

            if (arguments[i] is not { } value)
            {
                output.Append("<nil>");
                continue;
            }

            output.Append(GoType.Of(value)!.Name + "=");
            formatter.Argument(value, 'v');
        }

        output.Append(')');
    }
}
