using System.Globalization;
using System.Runtime.CompilerServices;
using CsiSecrets.Templates.Execution;
using CsiSecrets.Templates.Formatting;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Json;

/// <summary>Go's json.Marshal: keys sorted by bytes, &lt; &gt; &amp; escaped where asked, invalid UTF-8 as \ufffd.</summary>
internal sealed class JsonEncoder(ByteBuilder output, RenderBudget budget, bool escapeHtml, bool indent)
{
    private int depth;

    /// <summary>The JSON of a value. Throws <see cref="GoException"/> for NaN, infinities and complex numbers.</summary>
    public static GoString Encode(RenderContext context, object? value, bool escapeHtml, bool indent)
    {
        ByteBuilder output = context.NewBuilder();
        new JsonEncoder(output, context.Budget, escapeHtml, indent).Write(value);
        return output.ToGoString();
    }

    /// <summary>A float as JSON: plain digits from 1e-6 to below 1e21.</summary>
    public static string Number(double value)
    {
        if (!double.IsFinite(value))
        {
            throw GoException.Plain("json: unsupported value: " + FloatText.Shortest(value));
        }

        double magnitude = Math.Abs(value);
        if (magnitude == 0 || magnitude is >= 1e-6 and < 1e21)
        {
            return FloatText.Format(value, 'f', -1);
        }

        string text = FloatText.Format(value, 'e', -1);
        return text.Length >= 4 && text[^4] == 'e' && text[^3] == '-' && text[^2] == '0' ? text[..^2] + text[^1] : text;
    }

    private void Write(object? value)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        budget.Step();
        switch (value)
        {
            case null or GoList { IsNil: true } or GoMap { IsNil: true }:
                output.Append("null");
                break;
            case GoString text:
                WriteString(text.Span);
                break;
            case bool boolean:
                output.Append(boolean ? "true" : "false");
                break;
            case double number:
                output.Append(Number(number));
                break;
            case GoList list:
                WriteList(list);
                break;
            case GoMap map:
                WriteMembers('{', '}', map.Sorted().Select(static e => (e.Key, e.Value)), map.Count);
                break;
            case GoObject { Text: { } text }:
                WriteString(text.Span);
                break;
            case GoObject other:
                WriteMembers('{', '}', other.Fields.Select(static f => (GoString.From(f.Name), f.Value)), other.Fields.Count);
                break;
            default:
                WriteInteger(value);
                break;
        }
    }

    private void WriteInteger(object value)
    {
        if (!Integers.TryWiden(value, out Int128 integer))
        {
            throw GoException.Plain("json: unsupported type: " + GoType.Of(value));
        }

        output.Append(integer.ToString(CultureInfo.InvariantCulture));
    }

    private void WriteList(GoList list)
    {
        output.Append('[');
        depth++;
        for (int i = 0; i < list.Count; i++)
        {
            output.Append(i > 0 ? "," : "");
            NewLine();
            Write(list.Items[i]);
        }

        depth--;
        if (list.Count > 0)
        {
            NewLine();
        }

        output.Append(']');
    }

    private void WriteMembers(char open, char close, IEnumerable<(GoString Name, object? Value)> members, int count)
    {
        output.Append(open);
        depth++;
        bool first = true;
        foreach ((GoString name, object? value) in members)
        {
            output.Append(first ? "" : ",");
            first = false;
            NewLine();
            WriteString(name.Span);
            output.Append(indent ? ": " : ":");
            Write(value);
        }

        depth--;
        if (count > 0)
        {
            NewLine();
        }

        output.Append(close);
    }

    private void NewLine()
    {
        if (indent)
        {
            output.Append('\n');
            output.AppendRepeated((byte)' ', 2 * depth);
        }
    }

    private void WriteString(ReadOnlySpan<byte> text)
    {
        output.Append('"');
        for (int i = 0; i < text.Length;)
        {
            int rune = Utf8.Decode(text[i..], out int width);
            switch (rune)
            {
                case '"' or '\\':
                    output.Append('\\');
                    output.Append((char)rune);
                    break;
                case '\b':
                    output.Append("\\b");
                    break;
                case '\f':
                    output.Append("\\f");
                    break;
                case '\n':
                    output.Append("\\n");
                    break;
                case '\r':
                    output.Append("\\r");
                    break;
                case '\t':
                    output.Append("\\t");
                    break;
                case < ' ' or 0x2028 or 0x2029:
                case '<' or '>' or '&' when escapeHtml:
                    output.Append($"\\u{rune:x4}");
                    break;
                case Utf8.RuneError when width == 1:
                    output.Append("\\ufffd");
                    break;
                default:
                    output.Append(text.Slice(i, width));
                    break;
            }

            i += width;
        }

        output.Append('"');
    }
}
