using System.Globalization;

namespace CsiSecrets.JsonQuery;

/// <summary>Arithmetic on JSON numbers. Plain decimals of up to 28 digits are exact; all else is IEEE double, as in the peers.</summary>
internal static class JsonNumber
{
    private const NumberStyles Style = NumberStyles.Float;

    public static int Compare(JsonTree left, JsonTree right) =>
        TryExact(left, out decimal a) && TryExact(right, out decimal b) ? a.CompareTo(b) : ToDouble(left).CompareTo(ToDouble(right));

    public static bool TryExact(JsonTree number, out decimal value)
    {
        value = 0;
        return number.Text.Length <= 28
            && !number.Text.AsSpan().ContainsAny('e', 'E')
            && decimal.TryParse(number.Text, Style, CultureInfo.InvariantCulture, out value);
    }

    public static double ToDouble(JsonTree number) => double.Parse(number.Text, Style, CultureInfo.InvariantCulture);

    public static JsonTree From(decimal value)
    {
        string text = value.ToString(CultureInfo.InvariantCulture);
        return JsonTree.OfNumber(text.Contains('.', StringComparison.Ordinal) ? text.TrimEnd('0').TrimEnd('.') : text);
    }

    /// <summary>Formats as Go's encoding/json: no exponent from 1e-6 up to 1e21. The value must be finite.</summary>
    public static JsonTree From(double value)
    {
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        double size = Math.Abs(value);
        return size != 0 && (size < 1e-6 || size >= 1e21)
            ? JsonTree.OfNumber(text.Replace("E-0", "e-", StringComparison.Ordinal).Replace('E', 'e'))
            : From(decimal.Parse(text, Style, CultureInfo.InvariantCulture));
    }
}
