using System.Globalization;
using System.Text;

namespace CsiSecrets.JsonQuery.Gjson;

/// <summary>A JSON value with its source text, which is what a path gives of objects and arrays. Lives as long as one query; prints its kind only.</summary>
internal sealed class GjsonNode
{
    public required JsonKind Kind { get; init; }

    /// <summary>The source text.</summary>
    public required ReadOnlyMemory<byte> Raw { get; init; }

    /// <summary>The characters of a string; the source text of a number.</summary>
    public string Text { get; init; } = "";

    public IReadOnlyList<GjsonNode> Items { get; init; } = [];

    /// <summary>In order; of two of one name both are here.</summary>
    public IReadOnlyList<GjsonMember> Members { get; init; } = [];

    public bool IsContainer => Kind is JsonKind.Object or JsonKind.Array;

    public double Number => double.Parse(Text, NumberStyles.Float, CultureInfo.InvariantCulture);

    public static GjsonNode OfCount(int count)
    {
        string text = count.ToString(CultureInfo.InvariantCulture);
        return new GjsonNode { Kind = JsonKind.Number, Raw = Encoding.ASCII.GetBytes(text), Text = text };
    }

    /// <summary>What the path gives as text: a string's characters, nothing for null, a whole number as it is written, another one in plain
    /// digits, objects and arrays as they are written.</summary>
    public byte[] ToText() => Kind switch
    {
        JsonKind.String => Encoding.UTF8.GetBytes(Text),
        JsonKind.Null => [],
        JsonKind.Number when Text.AsSpan().ContainsAny('.', 'e', 'E') => Encoding.ASCII.GetBytes(Plain(Number)),
        _ => Raw.ToArray(),
    };

    public override string ToString() => $"({Kind})";

    /// <summary>The shortest digits of a number, without an exponent.</summary>
    private static string Plain(double value)
    {
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        int e = text.IndexOf('E', StringComparison.Ordinal);
        if (e < 0)
        {
            return text;
        }

        int exponent = int.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        string sign = text[0] == '-' ? "-" : "";
        string mantissa = text[sign.Length..e];
        int point = mantissa.IndexOf('.', StringComparison.Ordinal);
        int whole = (point < 0 ? mantissa.Length : point) + exponent;
        string digits = mantissa.Replace(".", "", StringComparison.Ordinal);
        return whole <= 0
            ? $"{sign}0.{new string('0', -whole)}{digits}"
            : sign + (whole >= digits.Length ? digits.PadRight(whole, '0') : $"{digits[..whole]}.{digits[whole..]}");
    }
}

/// <summary>A member of an object.</summary>
/// <param name="Name">Its name.</param>
/// <param name="RawName">The name as it is written, with quotes.</param>
/// <param name="Value">Its value.</param>
internal sealed record GjsonMember(string Name, ReadOnlyMemory<byte> RawName, GjsonNode Value)
{
    public override string ToString() => "(member)";
}
