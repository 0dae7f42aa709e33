using System.Text;

namespace CsiSecrets.JsonQuery.JmesPath;

/// <summary>abs, avg, ceil, floor, sum, to_number. Exact where the numbers are plain decimals, else in double.</summary>
internal static class NumberFunctions
{
    public static JsonTree Abs(Call call) => Unary(call, decimal.Abs, Math.Abs);

    public static JsonTree Ceiling(Call call) => Unary(call, decimal.Ceiling, Math.Ceiling);

    public static JsonTree Floor(Call call) => Unary(call, decimal.Floor, Math.Floor);

    public static JsonTree Sum(Call call) =>
        TrySum(call[0], out decimal exact) ? JsonNumber.From(exact) : Finite(call, call[0].Items.Sum(JsonNumber.ToDouble));

    public static JsonTree Average(Call call)
    {
        int count = call[0].Count;
        if (count == 0)
        {
            return JsonTree.Null;
        }

        if (TrySum(call[0], out decimal sum) && sum / count * count == sum)
        {
            return JsonNumber.From(sum / count);
        }

        return Finite(call, call[0].Items.Sum(JsonNumber.ToDouble) / count);
    }

    /// <summary>A number as it is, a string that holds a JSON number as that number, else null.</summary>
    public static JsonTree ToNumber(Call call)
    {
        JsonTree value = call[0];
        if (value.Kind != JsonKind.String)
        {
            return value.Kind == JsonKind.Number ? value : JsonTree.Null;
        }

        try
        {
            JsonTree parsed = JsonTree.Parse(Encoding.UTF8.GetBytes(value.Text));
            return parsed.Kind == JsonKind.Number ? parsed : JsonTree.Null;
        }
        catch (JsonTreeException)
        {
            return JsonTree.Null;
        }
    }

    private static JsonTree Unary(Call call, Func<decimal, decimal> exactly, Func<double, double> roughly) =>
        JsonNumber.TryExact(call[0], out decimal exact)
            ? JsonNumber.From(exactly(exact))
            : Finite(call, roughly(JsonNumber.ToDouble(call[0])));

    private static bool TrySum(JsonTree numbers, out decimal sum)
    {
        sum = 0;
        foreach (JsonTree number in numbers.Items)
        {
            // A quarter of decimal's range leaves no room for an overflow in the next addition.
            if (!JsonNumber.TryExact(number, out decimal value) || Math.Abs(sum) > decimal.MaxValue / 4)
            {
                return false;
            }

            sum += value;
        }

        return true;
    }

    private static JsonTree Finite(Call call, double value) => double.IsFinite(value)
        ? JsonNumber.From(value)
        : throw call.Error(JmesPathErrorKind.InvalidValue, "the number is too large");
}
