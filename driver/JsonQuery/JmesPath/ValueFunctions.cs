using System.Text;

namespace CsiSecrets.JsonQuery.JmesPath;

/// <summary>contains, keys, length, map, merge, not_null, reverse, to_array, values.</summary>
internal static class ValueFunctions
{
    /// <summary>A part of a string, or an element of an array.</summary>
    public static JsonTree Contains(Call call)
    {
        (JsonTree subject, JsonTree search) = (call[0], call[1]);
        return JsonTree.Of(subject.Kind == JsonKind.String
            ? search.Kind == JsonKind.String && subject.Text.Contains(search.Text, StringComparison.Ordinal)
            : subject.Items.Any(item => Comparison.AreEqual(item, search, call.Budget)));
    }

    public static JsonTree Keys(Call call) => JsonTree.OfArray([.. call[0].Members.Select(member => JsonTree.Of(member.Key))]);

    public static JsonTree Values(Call call) => JsonTree.OfArray([.. call[0].Members.Select(member => member.Value)]);

    /// <summary>Elements, members, or code points.</summary>
    public static JsonTree Length(Call call) =>
        JsonNumber.From((decimal)(call[0].Kind == JsonKind.String ? call[0].Text.EnumerateRunes().Count() : call[0].Count));

    public static JsonTree Map(Call call) => JsonTree.OfArray([.. call[1].Items.Select(item => call.Apply(0, item))]);

    public static JsonTree Merge(Call call) => JsonTree.OfObject(call.Arguments.SelectMany(argument => argument!.Members));

    public static JsonTree NotNull(Call call) => call.Arguments.FirstOrDefault(argument => !argument!.IsNull) ?? JsonTree.Null;

    public static JsonTree Reverse(Call call)
    {
        if (call[0].Kind == JsonKind.Array)
        {
            return JsonTree.OfArray([.. call[0].Items.Reverse()]);
        }

        StringBuilder reversed = new(call[0].Text.Length);
        foreach (Rune rune in call[0].Text.EnumerateRunes().Reverse())
        {
            reversed.Append(rune.ToString());
        }

        return JsonTree.Of(reversed.ToString());
    }

    public static JsonTree ToArray(Call call) => call[0].Kind == JsonKind.Array ? call[0] : JsonTree.OfArray([call[0]]);
}
