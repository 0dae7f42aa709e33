using System.Globalization;
using System.Runtime.CompilerServices;
using CsiSecrets.Templates.Execution;
using CsiSecrets.Templates.Formatting;
using CsiSecrets.Templates.Json;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Yaml;

/// <summary>toYaml: the value through JSON into go-yaml v2's text.</summary>
internal sealed class YamlEncoder(YamlWriter writer, RenderBudget budget)
{
    private const int LongestSimpleKey = 128;

    /// <summary>The YAML of a value without its last line break. Throws <see cref="GoException"/> for what JSON cannot hold.</summary>
    public static GoString Encode(RenderContext context, object? value)
    {
        ByteBuilder output = context.NewBuilder();
        YamlWriter writer = new(output);
        new YamlEncoder(writer, context.Budget).Node(value, false, false);
        writer.Indent = -1;
        writer.WriteIndent();
        if (output.Length > 0 && output[output.Length - 1] == '\n')
        {
            output.Truncate(output.Length - 1);
        }

        return output.ToGoString();
    }

    private void Node(object? value, bool inMapping, bool isKey)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        budget.Step();
        switch (value)
        {
            case GoMap { IsNil: false } map:
                Mapping(map);
                break;
            case GoList { IsNil: false } list:
                Sequence(list, inMapping);
                break;
            case GoString text:
                Text(text, isKey);
                break;
            case GoObject { Text: { } text }:
                Text(text, isKey);
                break;
            case GoObject other:
                GoMap fields = GoMap.OfAny();
                foreach ((string name, object? held) in other.Fields)
                {
                    fields.Set(name, held);
                }

                Mapping(fields);
                break;
            default:
                writer.WritePlain(System.Text.Encoding.UTF8.GetBytes(Plain(value)), !isKey);
                break;
        }
    }

    private static string Plain(object? value)
    {
        switch (value)
        {
            case null or GoMap or GoList:
                return "null";
            case bool boolean:
                return boolean ? "true" : "false";
            case double number:
                return Number(number);
            default:
                return Integers.TryWiden(value, out Int128 integer)
                    ? integer.ToString(CultureInfo.InvariantCulture)
                    : throw GoException.Plain("json: unsupported type: " + GoType.Of(value));
        }
    }

    /// <summary>An integer where JSON writes one that fits 64 bits, else %g.</summary>
    private static string Number(double number)
    {
        string json = JsonEncoder.Number(number);
        return YamlResolver.Resolve(json, out _) is Int128 integer
            ? integer.ToString(CultureInfo.InvariantCulture)
            : FloatText.Shortest(number);
    }

    private void Mapping(GoMap map)
    {
        if (map.Count == 0)
        {
            writer.WriteIndicator("{", true, true, false);
            writer.WriteIndicator("}", false, false, false);
            return;
        }

        int outer = writer.Indent;
        writer.Indent = outer < 0 ? 0 : outer + 2;
        KeyValuePair<GoString, object?>[] entries = map.Sorted();
        Array.Sort(entries, static (a, b) => YamlKeyOrder.Compare(a.Key, b.Key));
        foreach (KeyValuePair<GoString, object?> entry in entries)
        {
            writer.WriteIndent();
            GoString key = Clean(entry.Key);
            if (key.Length <= LongestSimpleKey && !ScalarTraits.Of(key.Span).Multiline)
            {
                Text(key, true);
                writer.WriteIndicator(":", false, false, false);
            }
            else
            {
                writer.WriteIndicator("?", true, false, true);
                Text(key, false);
                writer.WriteIndent();
                writer.WriteIndicator(":", true, false, true);
            }

            Node(entry.Value, true, false);
        }

        writer.Indent = outer;
    }

    private void Sequence(GoList list, bool inMapping)
    {
        if (list.Count == 0)
        {
            writer.WriteIndicator("[", true, true, false);
            writer.WriteIndicator("]", false, false, false);
            return;
        }

        int outer = writer.Indent;
        bool sameIndent = inMapping && !writer.AtIndention;
        writer.Indent = outer < 0 ? 0 : sameIndent ? outer : outer + 2;
        foreach (object? item in list.Items)
        {
            writer.WriteIndent();
            writer.WriteIndicator("-", true, false, true);
            Node(item, false, false);
        }

        writer.Indent = outer;
    }

    private void Text(GoString source, bool isKey)
    {
        GoString text = Clean(source);
        ScalarTraits traits = ScalarTraits.Of(text.Span);
        string decoded = text.ToString();
        bool isString = YamlResolver.Resolve(decoded, out bool timestamp) is null && !timestamp && decoded != "<<" && !YamlResolver.IsBase60(decoded);
        int outer = writer.Indent;
        writer.Indent = Math.Max(outer, 0) + 2;
        if (text.Span.Contains((byte)'\n') && traits.BlockAllowed && !isKey)
        {
            writer.WriteLiteral(text.Span);
        }
        else if (!isString || text.Span.Contains((byte)'\n') || (traits.Multiline && isKey))
        {
            writer.WriteDouble(text.Span, !isKey);
        }
        else if (traits.PlainAllowed)
        {
            writer.WritePlain(text.Span, !isKey);
        }
        else if (traits.SingleAllowed)
        {
            writer.WriteSingle(text.Span, !isKey);
        }
        else
        {
            writer.WriteDouble(text.Span, !isKey);
        }

        writer.Indent = outer;
    }

    /// <summary>What JSON makes of the text: bad bytes become U+FFFD; YAML's reader refuses raw control characters.</summary>
    private static GoString Clean(GoString text)
    {
        bool valid = Utf8.IsValid(text.Span);
        foreach (int rune in Utf8.Runes(text.Span))
        {
            if (rune is 0x7F or (>= 0x80 and <= 0x9F and not 0x85))
            {
                throw GoException.Plain("yaml: control characters are not allowed");
            }
        }

        return valid ? text : Utf8.FromRunes(Utf8.Runes(text.Span));
    }
}
