using System.Numerics;
using System.Runtime.CompilerServices;
using CsiSecrets.Templates.Execution;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Formatting;

/// <summary>Go's fmt package: writes values under a verb, and lists of values as Print and Println do. See <see cref="FormatString"/> for Printf.</summary>
internal sealed class Formatter
{
    private readonly ByteBuilder output;
    private readonly RenderBudget? budget;
    private bool erroring;

    public Formatter(ByteBuilder output, RenderBudget? budget)
    {
        this.output = output;
        this.budget = budget;
        Scalars = new ScalarFormatter(output);
    }

    public ScalarFormatter Scalars { get; }

    /// <summary>%v of one value without flags.</summary>
    public void Print(object? value)
    {
        Scalars.Flags = default;
        Argument(value, 'v');
    }

    /// <summary>fmt.Sprint: a space between two operands when neither is a string.</summary>
    public void Print(ReadOnlySpan<object?> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (i > 0 && values[i] is not GoString && values[i - 1] is not GoString)
            {
                output.Append(' ');
            }

            Print(values[i]);
        }
    }

    /// <summary>fmt.Sprintln: spaces always, and a newline.</summary>
    public void PrintLine(ReadOnlySpan<object?> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (i > 0)
            {
                output.Append(' ');
            }

            Print(values[i]);
        }

        output.Append('\n');
    }

    /// <summary>One operand under a verb and the flags set in <see cref="Scalars"/>.</summary>
    public void Argument(object? value, int verb)
    {
        if (value is null)
        {
            if (verb is 'T' or 'v')
            {
                Scalars.Pad("<nil>");
            }
            else
            {
                BadVerb(verb, null);
            }
        }
        else if (verb == 'T')
        {
            Scalars.Text(System.Text.Encoding.UTF8.GetBytes(GoType.Of(value)!.Name));
        }
        else if ((verb == 'p' && value is not (GoMap or GoList)) || (verb == 'w' && value is GoMap or GoList or GoObject))
        {
            BadVerb(verb, value);
        }
        else
        {
            Any(value, verb, 0);
        }
    }

    private void Any(object? value, int verb, int depth)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        budget?.Step();
        switch (value)
        {
            case GoString text:
                Text(text, verb);
                break;
            case bool boolean:
                Boolean(boolean, verb);
                break;
            case double number:
                Number(number, verb);
                break;
            case Complex complex:
                ComplexNumber(complex, verb);
                break;
            case GoList list:
                List(list, verb, depth);
                break;
            case GoMap map:
                Map(map, verb, depth);
                break;
            case GoObject other:
                Object(other, verb, depth);
                break;
            case null:
                NilElement();
                break;
            default:
                Integer(value, verb);
                break;
        }
    }

    private void Text(GoString text, int verb)
    {
        switch (verb)
        {
            case 'v' when Scalars.Flags.SharpV:
            case 'q':
                Scalars.Quoted(text.Span);
                break;
            case 'v' or 's':
                Scalars.Text(text.Span);
                break;
            case 'x' or 'X':
                Scalars.Hex(text.Span, verb == 'X');
                break;
            default:
                BadVerb(verb, text);
                break;
        }
    }

    private void Boolean(bool value, int verb)
    {
        if (verb is 't' or 'v')
        {
            Scalars.Boolean(value);
        }
        else
        {
            BadVerb(verb, value);
        }
    }

    private void Integer(object value, int verb)
    {
        Integers.TryWiden(value, out Int128 wide);
        bool signed = !Integers.IsUnsigned(value);
        ulong bits = unchecked((ulong)wide);
        switch (verb)
        {
            case 'v' when Scalars.Flags.SharpV && !signed:
                bool sharp = Scalars.Flags.Sharp;
                Scalars.Flags.Sharp = true;
                Scalars.Integer(bits, 16, false, 'v', false);
                Scalars.Flags.Sharp = sharp;
                break;
            case 'v' or 'd':
                Scalars.Integer(bits, 10, signed, (char)verb, false);
                break;
            case 'b':
                Scalars.Integer(bits, 2, signed, 'b', false);
                break;
            case 'o' or 'O':
                Scalars.Integer(bits, 8, signed, (char)verb, false);
                break;
            case 'x' or 'X':
                Scalars.Integer(bits, 16, signed, (char)verb, verb == 'X');
                break;
            case 'c':
                Scalars.Character(bits);
                break;
            case 'q':
                Scalars.QuotedCharacter(bits);
                break;
            case 'U':
                Scalars.Unicode(bits);
                break;
            default:
                BadVerb(verb, value);
                break;
        }
    }

    private void Number(double value, int verb)
    {
        switch (verb)
        {
            case 'v':
                Scalars.Float(value, 'g', -1);
                break;
            case 'b' or 'g' or 'G' or 'x' or 'X':
                Scalars.Float(value, (char)verb, -1);
                break;
            case 'f' or 'e' or 'E':
                Scalars.Float(value, (char)verb, 6);
                break;
            case 'F':
                Scalars.Float(value, 'f', 6);
                break;
            default:
                BadVerb(verb, value);
                break;
        }
    }

    private void ComplexNumber(Complex value, int verb)
    {
        if (verb is not ('v' or 'b' or 'g' or 'G' or 'x' or 'X' or 'f' or 'F' or 'e' or 'E'))
        {
            BadVerb(verb, value);
            return;
        }

        bool plus = Scalars.Flags.Plus;
        output.Append('(');
        Number(value.Real, verb);
        Scalars.Flags.Plus = true;
        Number(value.Imaginary, verb);
        output.Append("i)");
        Scalars.Flags.Plus = plus;
    }

    private void List(GoList list, int verb, int depth)
    {
        bool go = Scalars.Flags.SharpV && verb == 'v';
        if (!Open(go, list.Element, "[]", list.IsNil, "["))
        {
            return;
        }

        for (int i = 0; i < list.Count; i++)
        {
            if (i > 0)
            {
                output.Append(go ? ", " : " ");
            }

            Any(list.Items[i], verb, depth + 1);
        }

        output.Append(go ? '}' : ']');
    }

    private void Map(GoMap map, int verb, int depth)
    {
        bool go = Scalars.Flags.SharpV && verb == 'v';
        if (!Open(go, map.Element, "map[string]", map.IsNil, "map["))
        {
            return;
        }

        bool first = true;
        foreach (KeyValuePair<GoString, object?> entry in map.Sorted())
        {
            if (!first)
            {
                output.Append(go ? ", " : " ");
            }

            first = false;
            Any(entry.Key, verb, depth + 1);
            output.Append(':');
            Any(entry.Value, verb, depth + 1);
        }

        output.Append(go ? '}' : ']');
    }

    private bool Open(bool go, GoType element, string prefix, bool isNil, string plain)
    {
        if (!go)
        {
            output.Append(plain);
            return true;
        }

        output.Append(prefix + element.Name);
        output.Append(isNil ? "(nil)" : "{");
        return !isNil;
    }

    private void Object(GoObject value, int verb, int depth)
    {
        if (!erroring && !Scalars.Flags.SharpV && verb is 'v' or 's' or 'x' or 'X' or 'q' && value.Text is { } text)
        {
            Text(text, verb);
            return;
        }

        bool go = Scalars.Flags.SharpV && verb == 'v';
        output.Append(go ? value.Type.Name + "{" : "{");
        bool first = true;
        foreach ((string name, object? held) in value.Fields)
        {
            if (!first)
            {
                output.Append(go ? ", " : " ");
            }

            first = false;
            if (go || Scalars.Flags.PlusV)
            {
                output.Append(name + ":");
            }

            Any(held, verb, depth + 1);
        }

        output.Append('}');
    }

    private void NilElement() => output.Append(Scalars.Flags.SharpV ? "interface {}(nil)" : "<nil>");

    private void BadVerb(int verb, object? value)
    {
        erroring = true;
        output.Append("%!");
        output.AppendRune(verb);
        output.Append('(');
        if (value is null)
        {
            output.Append("<nil>");
        }
        else
        {
            output.Append(GoType.Of(value)!.Name + "=");
            Any(value, 'v', 0);
        }

        output.Append(')');
        erroring = false;
    }
}
