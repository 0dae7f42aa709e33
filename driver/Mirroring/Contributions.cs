using System.Text;
using System.Text.Json;

namespace CsiSecrets.Mirroring;

/// <summary>
/// The record on a Secret of who put what there: names of keys, labels and annotations by contributor, as compact JSON in one annotation.
/// Immutable. What cannot be read counts as nothing: it is written anew with the next apply.
/// </summary>
internal sealed class Contributions
{
    public static readonly Contributions None = new(new SortedDictionary<string, Contribution>(StringComparer.Ordinal));

    private readonly SortedDictionary<string, Contribution> all;

    private Contributions(SortedDictionary<string, Contribution> all) => this.all = all;

    public IEnumerable<string> Names => all.Keys;

    public Contribution this[string name] => all.GetValueOrDefault(name, Contribution.Nothing);

    public static Contributions Parse(string? text)
    {
        var all = new SortedDictionary<string, Contribution>(StringComparer.Ordinal);
        if (string.IsNullOrEmpty(text))
        {
            return None;
        }

        try
        {
            using var parsed = JsonDocument.Parse(text);
            foreach (JsonProperty one in parsed.RootElement.EnumerateObject())
            {
                all[one.Name] = new Contribution
                {
                    Data = Strings(one.Value, "data"),
                    Labels = Strings(one.Value, "labels"),
                    Annotations = Strings(one.Value, "annotations"),
                };
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return None;
        }

        return new Contributions(all);
    }

    public Contributions With(string name, Contribution contribution)
    {
        var next = new SortedDictionary<string, Contribution>(all, StringComparer.Ordinal) { [name] = contribution };
        if (contribution.IsNothing)
        {
            next.Remove(name);
        }

        return new Contributions(next);
    }

    /// <summary>Those of the named contributors alone.</summary>
    public Contributions Of(Func<string, bool> names) =>
        new(new SortedDictionary<string, Contribution>(all.Where(p => names(p.Key)).ToDictionary(), StringComparer.Ordinal));

    public IReadOnlySet<string> Data() => Set(static c => c.Data);

    public IReadOnlySet<string> Labels() => Set(static c => c.Labels);

    public IReadOnlySet<string> Annotations() => Set(static c => c.Annotations);

    /// <summary>Null when there is nothing to record.</summary>
    public string? ToText()
    {
        if (all.Count == 0)
        {
            return null;
        }

        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach ((string name, Contribution one) in all)
            {
                json.WriteStartObject(name);
                Write(json, "data", one.Data);
                Write(json, "labels", one.Labels);
                Write(json, "annotations", one.Annotations);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private HashSet<string> Set(Func<Contribution, IEnumerable<string>> part) => [.. all.Values.SelectMany(part)];

    private static string[] Strings(JsonElement one, string name) =>
        one.TryGetProperty(name, out JsonElement list) ? [.. list.EnumerateArray().Select(static s => s.GetString() ?? "")] : [];

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<string> names)
    {
        if (names.Count == 0)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (string one in names.Order(StringComparer.Ordinal))
        {
            json.WriteStringValue(one);
        }

        json.WriteEndArray();
    }
}

/// <summary>What one contributor put on a Secret, by name.</summary>
internal sealed record Contribution
{
    public static readonly Contribution Nothing = new();

    public IReadOnlyList<string> Data { get; init; } = [];

    public IReadOnlyList<string> Labels { get; init; } = [];

    public IReadOnlyList<string> Annotations { get; init; } = [];

    public bool IsNothing => Data.Count + Labels.Count + Annotations.Count == 0;
}
