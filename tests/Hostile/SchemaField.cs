using System.Text.Json.Nodes;
using CsiSecrets.Tests.Kube;

namespace CsiSecrets.Tests.Hostile;

/// <summary>One field of a CRD's spec, as its schema has it.</summary>
/// <param name="Path">E.g. <c>spec.data[].remoteRef.key</c>.</param>
/// <param name="Schema">What the CRD says of it.</param>
internal sealed record SchemaField(string Path, JsonObject Schema)
{
    public string Type => (string?)Schema["type"] ?? "intOrString";

    public bool IsMap => Schema["additionalProperties"] is not null;

    public IReadOnlyList<string> Words => Texts("enum");

    public IReadOnlyList<string> Required => Texts("required");

    public bool HasPattern => Schema["pattern"] is not null;

    /// <summary>Nothing but a person can say what is wrong with its text.</summary>
    public bool IsFree => Type is "string" or "integer" or "intOrString" && Words.Count == 0 && !HasPattern;

    /// <summary>As messages name it, where there is one element of each list.</summary>
    public string Place => Path.Replace("[]", "[0]", StringComparison.Ordinal);

    /// <summary>Every field of that kind's spec, from the CRD itself: a new field is a new case.</summary>
    public static IReadOnlyList<SchemaField> Of(string plural)
    {
        JsonNode crd = InstalledCrds.Documents().Single(d => (string)d["metadata"]!["name"]! == $"{plural}.external-secrets.io");
        var fields = new List<SchemaField>();
        Add(fields, crd["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!["properties"]!["spec"]!.AsObject(), "spec");
        return fields;
    }

    private static void Add(List<SchemaField> fields, JsonObject schema, string path)
    {
        fields.Add(new SchemaField(path, schema));
        foreach ((string name, JsonNode? below) in schema["properties"]?.AsObject() ?? [])
        {
            Add(fields, below!.AsObject(), $"{path}.{name}");
        }

        if (schema["items"] is { } items)
        {
            Add(fields, items.AsObject(), path + "[]");
        }
    }

    private IReadOnlyList<string> Texts(string name) => [.. (Schema[name] as JsonArray ?? []).Select(static t => (string)t!)];
}
