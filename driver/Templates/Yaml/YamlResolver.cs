using System.Text.RegularExpressions;
using CsiSecrets.Templates.Dates;
using CsiSecrets.Templates.Numbers;

namespace CsiSecrets.Templates.Yaml;

/// <summary>What a plain scalar means by YAML 1.1, as go-yaml v2 reads it.</summary>
internal static partial class YamlResolver
{
    private static readonly string[] Timestamps = ["2006-1-2T15:4:5.999999999Z07:00", "2006-1-2t15:4:5.999999999Z07:00", "2006-1-2 15:4:5.999999999", "2006-1-2"];

    /// <summary>A bool, a double, an Int128, DBNull for null, or null where the scalar is a string (a timestamp is one too).</summary>
    public static object? Resolve(string text, out bool isTimestamp)
    {
        isTimestamp = false;
        switch (text)
        {
            case "y" or "Y" or "yes" or "Yes" or "YES" or "true" or "True" or "TRUE" or "on" or "On" or "ON":
                return true;
            case "n" or "N" or "no" or "No" or "NO" or "false" or "False" or "FALSE" or "off" or "Off" or "OFF":
                return false;
            case "" or "~" or "null" or "Null" or "NULL":
                return DBNull.Value;
            case ".nan" or ".NaN" or ".NAN":
                return double.NaN;
            case ".inf" or ".Inf" or ".INF" or "+.inf" or "+.Inf" or "+.INF":
                return double.PositiveInfinity;
            case "-.inf" or "-.Inf" or "-.INF":
                return double.NegativeInfinity;
        }

        if (text[0] == '.')
        {
            return GoNumber.ParseFloat(text, out double value) == GoNumber.Outcome.Good ? value : null;
        }

        if (text[0] is not ('+' or '-') && !char.IsAsciiDigit(text[0]))
        {
            return null;
        }

        isTimestamp = LooksLikeTimestamp(text);
        return isTimestamp ? null : Number(text.Replace("_", "", StringComparison.Ordinal));
    }

    /// <summary>Base 60, which is not read but quoted for the sake of other parsers.</summary>
    public static bool IsBase60(string text) => Base60().IsMatch(text);

    private static object? Number(string plain)
    {
        if (GoNumber.ParseInt(plain, 0, out long integer) == GoNumber.Outcome.Good)
        {
            return (Int128)integer;
        }

        if (GoNumber.ParseUint(plain, 0, out ulong unsigned) == GoNumber.Outcome.Good)
        {
            return (Int128)unsigned;
        }

        return YamlFloat().IsMatch(plain) && GoNumber.ParseFloat(plain, out double value) == GoNumber.Outcome.Good ? value : null;
    }

    private static bool LooksLikeTimestamp(string text)
    {
        bool shape = text.Length > 4 && text[4] == '-' && text.AsSpan(0, 4).IndexOfAnyExceptInRange('0', '9') < 0;
        return shape && Array.Exists(Timestamps, layout => LayoutParser.TryParse(layout, text, GoZone.Utc, out _, out _));
    }

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex YamlFloat();

    [GeneratedRegex(@"^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Base60();
}
