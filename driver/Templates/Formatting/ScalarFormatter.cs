using System.Text;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Formatting;

/// <summary>Go's fmt for one scalar under given flags: padding, integers, strings, floats.</summary>
internal sealed class ScalarFormatter(ByteBuilder output)
{
    private const string Lower = "0123456789abcdefx";
    private const string Upper = "0123456789ABCDEFX";

    public FormatFlags Flags;

    public void Pad(ReadOnlySpan<byte> text)
    {
        int padding = Flags.HasWidth ? Flags.Width - Utf8.Count(text) : 0;
        if (!Flags.Minus)
        {
            WritePadding(padding);
        }

        output.Append(text);
        if (Flags.Minus)
        {
            WritePadding(padding);
        }
    }

    public void Pad(string text)
    {
        Span<byte> bytes = text.Length <= 128 ? stackalloc byte[text.Length * 3] : new byte[Encoding.UTF8.GetByteCount(text)];
        Pad(bytes[..Encoding.UTF8.GetBytes(text, bytes)]);
    }

    public void Boolean(bool value) => Pad(value ? "true" : "false");

    /// <summary>%U.</summary>
    public void Unicode(ulong value)
    {
        int digits = Flags.HasPrecision && Flags.Precision > 4 ? Flags.Precision : 4;
        string text = "U+" + value.ToString("X", System.Globalization.CultureInfo.InvariantCulture).PadLeft(Charged(digits), '0');
        if (Flags.Sharp && value <= 0x10FFFF && GoUnicode.IsPrint((int)value))
        {
            text += $" '{char.ConvertFromUtf32((int)value)}'";
        }

        PadWithoutZero(text);
    }

    public void Integer(ulong value, int radix, bool signed, char verb, bool upper)
    {
        bool negative = signed && (long)value < 0;
        ulong magnitude = negative ? 0 - value : value;
        int precision = 0;
        if (Flags.HasPrecision)
        {
            precision = Flags.Precision;
            if (precision == 0 && magnitude == 0)
            {
                bool zero = Flags.Zero;
                Flags.Zero = false;
                WritePadding(Flags.HasWidth ? Flags.Width : 0);
                Flags.Zero = zero;
                return;
            }
        }
        else if (Flags.Zero && !Flags.Minus && Flags.HasWidth)
        {
            precision = Flags.Width - (negative || Flags.Plus || Flags.Space ? 1 : 0);
        }

        StringBuilder text = new();
        Digits(text, magnitude, radix, upper ? Upper : Lower);
        Prefix(text, Math.Max(Charged(precision) - text.Length, 0), radix, verb, upper);
        text.Insert(0, negative ? "-" : Flags.Plus ? "+" : Flags.Space ? " " : "");
        PadWithoutZero(text.ToString());
    }

    /// <summary>%s: cut to the precision in runes, padded.</summary>
    public void Text(ReadOnlySpan<byte> text) => Pad(Truncate(text));

    /// <summary>%x of a string: the precision counts bytes.</summary>
    public void Hex(ReadOnlySpan<byte> text, bool upper)
    {
        int length = Flags.HasPrecision ? Math.Min(Flags.Precision, text.Length) : text.Length;
        if (length == 0)
        {
            WritePadding(Flags.HasWidth ? Flags.Width : 0);
            return;
        }

        int width = 2 * length;
        if (Flags.Space)
        {
            width = (Flags.Sharp ? width * 2 : width) + length - 1;
        }
        else if (Flags.Sharp)
        {
            width += 2;
        }

        int padding = Flags.HasWidth ? Flags.Width - width : 0;
        WritePadding(Flags.Minus ? 0 : padding);
        string digits = upper ? Upper : Lower;
        for (int i = 0; i < length; i++)
        {
            if (Flags.Space && i > 0)
            {
                output.Append(' ');
            }

            if (Flags.Sharp && (Flags.Space || i == 0))
            {
                output.Append('0');
                output.Append(digits[16]);
            }

            output.Append(digits[text[i] >> 4]);
            output.Append(digits[text[i] & 15]);
        }

        WritePadding(Flags.Minus ? padding : 0);
    }

    /// <summary>%q of a string.</summary>
    public void Quoted(ReadOnlySpan<byte> text)
    {
        text = Truncate(text);
        ByteBuilder quoted = new(output.Budget, text.Length + 2);
        if (Flags.Sharp && GoQuote.CanBackquote(text))
        {
            quoted.Append('`');
            quoted.Append(text);
            quoted.Append('`');
        }
        else
        {
            GoQuote.Quote(quoted, text, Flags.Plus);
        }

        Pad(quoted.Written);
    }

    /// <summary>%c.</summary>
    public void Character(ulong value)
    {
        Span<byte> encoded = stackalloc byte[4];
        Pad(encoded[..Utf8.Encode(value > 0x10FFFF ? Utf8.RuneError : (int)value, encoded)]);
    }

    /// <summary>%q of an integer.</summary>
    public void QuotedCharacter(ulong value)
    {
        ByteBuilder quoted = new();
        GoQuote.QuoteRune(quoted, value > 0x10FFFF ? Utf8.RuneError : (int)value, Flags.Plus);
        Pad(quoted.Written);
    }

    public void Float(double value, char verb, int precision)
    {
        precision = Charged(Flags.HasPrecision ? Flags.Precision : precision);
        string number = FloatText.Format(value, verb, precision);
        number = number[0] is '-' or '+' ? number : "+" + number;
        if (Flags.Space && number[0] == '+' && !Flags.Plus)
        {
            number = " " + number[1..];
        }

        if (!double.IsFinite(value))
        {
            PadWithoutZero(double.IsNaN(value) && !Flags.Space && !Flags.Plus ? number[1..] : number);
            return;
        }

        if (Flags.Sharp && verb != 'b')
        {
            number = FloatTail.KeepZeros(number, verb, precision);
        }

        if (!Flags.Plus && number[0] == '+')
        {
            Pad(number.AsSpan(1).ToString());
            return;
        }

        if (Flags.Zero && !Flags.Minus && Flags.HasWidth && Flags.Width > number.Length)
        {
            output.Append(number[0]);
            WritePadding(Flags.Width - number.Length);
            output.Append(number[1..]);
            return;
        }

        Pad(number);
    }

    public void WritePadding(int count) =>
        output.AppendRepeated(Flags.Zero && !Flags.Minus ? (byte)'0' : (byte)' ', count);

    private int Charged(int count)
    {
        output.Budget?.Charge(Math.Max(count, 0) * 2L);
        return count;
    }

    private void PadWithoutZero(string text)
    {
        bool zero = Flags.Zero;
        Flags.Zero = false;
        Pad(text);
        Flags.Zero = zero;
    }

    private static void Digits(StringBuilder text, ulong value, int radix, string digits)
    {
        Span<char> buffer = stackalloc char[64];
        int at = 64;
        do
        {
            buffer[--at] = digits[(int)(value % (uint)radix)];
            value /= (uint)radix;
        }
        while (value > 0);
        text.Append(buffer[at..]);
    }

    private void Prefix(StringBuilder text, int zeros, int radix, char verb, bool upper)
    {
        text.Insert(0, "0", zeros);
        if (Flags.Sharp)
        {
            text.Insert(0, radix switch
            {
                2 => "0b",
                8 => text[0] == '0' ? "" : "0",
                16 => upper ? "0X" : "0x",
                _ => "",
            });
        }

        if (verb == 'O')
        {
            text.Insert(0, "0o");
        }
    }

    private ReadOnlySpan<byte> Truncate(ReadOnlySpan<byte> text)
    {
        if (!Flags.HasPrecision)
        {
            return text;
        }

        int end = 0;
        for (int runes = 0; runes < Flags.Precision && end < text.Length; runes++)
        {
            Utf8.Decode(text[end..], out int width);
            end += width;
        }

        return text[..end];
    }
}
