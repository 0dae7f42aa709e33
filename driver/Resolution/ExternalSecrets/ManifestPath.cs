using System.Globalization;
using CsiSecrets.JsonQuery;

namespace CsiSecrets.Resolution.ExternalSecrets;

/// <summary>A field of an object, like <c>spec.hosts[0].name</c>. Setting one gives a new tree; maps and list elements on the way are made.</summary>
internal sealed class ManifestPath
{
    private const int LargestIndex = 10_000;
    private const int MostSteps = 64;

    private readonly IReadOnlyList<object> steps;

    private ManifestPath(IReadOnlyList<object> steps) => this.steps = steps;

    /// <summary>What is wrong with the path; null when nothing is.</summary>
    public static string? Problem(string text) => TryParse(text) is null
        ? $"{FieldProblems.Show(text)} is no path of fields and indexes up to {LargestIndex}"
        : null;

    /// <summary>Null when the text is no path.</summary>
    public static ManifestPath? TryParse(string text)
    {
        var steps = new List<object>();
        foreach (string part in text.Split('.'))
        {
            int bracket = part.IndexOf('[', StringComparison.Ordinal);
            string name = bracket < 0 ? part : part[..bracket];
            if (name.Length == 0 || name.Contains(']', StringComparison.Ordinal))
            {
                return null;
            }

            steps.Add(name);
            string rest = bracket < 0 ? "" : part[bracket..];
            while (rest.Length > 0)
            {
                int end = rest.IndexOf(']', StringComparison.Ordinal);
                if (rest[0] != '[' || end < 0
                    || !int.TryParse(rest[1..end], NumberStyles.None, CultureInfo.InvariantCulture, out int index) || index > LargestIndex)
                {
                    return null;
                }

                steps.Add(index);
                rest = rest[(end + 1)..];
            }
        }

        return steps.Count > MostSteps ? null : new ManifestPath(steps);
    }

    /// <summary>The tree with <paramref name="value"/> in this place. A map is merged into the map that is there, but for a path of one step,
    /// where it takes its place. Null when something on the way is neither absent nor what the path needs.</summary>
    public JsonTree? Set(JsonTree root, JsonTree value) => Set(root, 0, value);

    /// <summary>The tree with one key more in the map of this place.</summary>
    public JsonTree? SetKey(JsonTree root, string key, JsonTree value) => new ManifestPath([.. steps, key]).Set(root, 0, value);

    /// <summary>Whether it goes through a list.</summary>
    public bool IsIndexed => steps.Any(static s => s is int);

    /// <summary>The tree with the list of <paramref name="live"/> that the path goes through first: whoever sets one element must say the others, too.</summary>
    public JsonTree WithListOf(JsonTree live, JsonTree root)
    {
        int index = Enumerable.Range(0, steps.Count).First(i => steps[i] is int);
        JsonTree? list = live;
        for (int i = 0; i < index; i++)
        {
            list = list?.Member((string)steps[i]);
        }

        return list?.Kind == JsonKind.Array ? new ManifestPath([.. steps.Take(index)]).Set(root, list) ?? root : root;
    }

    private JsonTree? Set(JsonTree? at, int step, JsonTree value)
    {
        if (step == steps.Count)
        {
            return steps.Count > 1 && at?.Kind == JsonKind.Object && value.Kind == JsonKind.Object
                ? JsonTree.OfObject(at.Members.Concat(value.Members))
                : value;
        }

        bool absent = at is null || at.IsNull;
        if (steps[step] is int index)
        {
            if (!absent && at!.Kind != JsonKind.Array)
            {
                return null;
            }

            List<JsonTree> items = [.. at?.Items ?? []];
            while (items.Count <= index)
            {
                items.Add(JsonTree.Null);
            }

            if (Set(items[index], step + 1, value) is not { } item)
            {
                return null;
            }

            items[index] = item;
            return JsonTree.OfArray(items);
        }

        string name = (string)steps[step];
        return (absent || at!.Kind == JsonKind.Object) && Set(at?.Member(name), step + 1, value) is { } member
            ? JsonTree.OfObject((at?.Members ?? []).Append(new(name, member)))
            : null;
    }
}
