namespace CsiSecrets.JsonQuery.JmesPath;

/// <summary>max, min, sort and their _by forms. Sorting is stable; of equals the first one wins.</summary>
internal static class OrderFunctions
{
    public static JsonTree Max(Call call) => Best(call[0].Items, call[0].Items, 1);

    public static JsonTree Min(Call call) => Best(call[0].Items, call[0].Items, -1);

    public static JsonTree Sort(Call call) => Sorted(call, call[0].Items);

    public static JsonTree MaxBy(Call call) => Best(call[0].Items, Keys(call), 1);

    public static JsonTree MinBy(Call call) => Best(call[0].Items, Keys(call), -1);

    public static JsonTree SortBy(Call call) => Sorted(call, Keys(call));

    private static JsonTree Best(IReadOnlyList<JsonTree> items, IReadOnlyList<JsonTree> keys, int sign)
    {
        int best = 0;
        for (int i = 1; i < items.Count; i++)
        {
            if (Comparison.Order(keys[i], keys[best]) * sign > 0)
            {
                best = i;
            }
        }

        return items.Count == 0 ? JsonTree.Null : items[best];
    }

    private static JsonTree Sorted(Call call, IReadOnlyList<JsonTree> keys)
    {
        IReadOnlyList<JsonTree> items = call[0].Items;
        call.Budget.Charge(items.Count * (long)Math.Log2(items.Count + 1));
        Comparer<JsonTree> order = Comparer<JsonTree>.Create(Comparison.Order);
        return JsonTree.OfArray([.. Enumerable.Range(0, items.Count).OrderBy(i => keys[i], order).Select(i => items[i])]);
    }

    private static List<JsonTree> Keys(Call call)
    {
        List<JsonTree> keys = [.. call[0].Items.Select(item => call.Apply(1, item))];
        bool sortable = keys.All(key => key.Kind == JsonKind.Number) || keys.All(key => key.Kind == JsonKind.String);
        return sortable ? keys : throw call.Error(JmesPathErrorKind.InvalidType, "the keys must be all numbers or all strings");
    }
}
