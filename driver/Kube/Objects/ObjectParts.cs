using System.Text.Json;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Kube.Objects;

/// <summary>Reads of an object what is kept of it. Pure.</summary>
internal static class ObjectParts
{
    private const string MarkPrefix = "reconcile.external-secrets.io/";

    /// <summary>The annotation whose writer is the writer of the content.</summary>
    private const string HashPath = $"metadata.annotations.{MarkPrefix}data-hash";

    public static ObservedObject Observe(JsonElement root)
    {
        List<(FieldHolder Holder, JsonElement Fields)> holders = [.. Holders(root)];
        JsonElement? data = Map(root, "data");
        return new ObservedObject
        {
            Metadata = MetadataOf(root),
            Holders = [.. holders.Select(static h => h.Holder)],
            DataKeys = data is { } map ? [.. map.EnumerateObject().Select(static m => m.Name)] : [],
            ContentHash = HashOf(root, holders),
        };
    }

    public static JsonElement? ManagedFields(JsonElement root) =>
        Map(root, "metadata") is { } metadata && metadata.TryGetProperty("managedFields", out JsonElement fields) && fields.ValueKind == JsonValueKind.Array
            ? fields
            : null;

    /// <summary>Without what a template may have written into labels and annotations: their marks alone are kept.</summary>
    private static ObjectMeta MetadataOf(JsonElement root)
    {
        ObjectMeta whole = Map(root, "metadata")?.Deserialize(ManifestJson.Default.ObjectMeta) ?? ObjectMeta.Empty;
        return whole with { Labels = Marks(whole.Labels), Annotations = Marks(whole.Annotations) };
    }

    private static Dictionary<string, string>? Marks(IReadOnlyDictionary<string, string>? map) =>
        map?.Where(static p => p.Key.StartsWith(MarkPrefix, StringComparison.Ordinal)).ToDictionary(StringComparer.Ordinal);

    private static IEnumerable<(FieldHolder Holder, JsonElement Fields)> Holders(JsonElement root)
    {
        foreach (JsonElement entry in ManagedFields(root)?.EnumerateArray() ?? default)
        {
            if (Map(entry, "fieldsV1") is { } fields)
            {
                yield return (new FieldHolder(Text(entry, "manager"), Text(entry, "operation"), FieldPaths.Of(fields)), fields);
            }
        }
    }

    private static string HashOf(JsonElement root, List<(FieldHolder Holder, JsonElement Fields)> holders)
    {
        if (Map(root, "spec") is not { } spec)
        {
            return Map(root, "data") is { } data ? ContentHash.Of(data, null) : "";
        }

        // Defaults that the server fills in, and fields of others, are not what was written.
        JsonElement? applied = holders
            .Where(static h => h.Holder.Operation == FieldHolder.Apply && h.Holder.Paths.Contains(HashPath))
            .Select(static h => Map(h.Fields, "f:spec")).FirstOrDefault(static f => f is not null);
        return ContentHash.Of(spec, applied);
    }

    private static JsonElement? Map(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out JsonElement found) && found.ValueKind == JsonValueKind.Object ? found : null;

    private static string Text(JsonElement of, string name) =>
        of.TryGetProperty(name, out JsonElement found) && found.ValueKind == JsonValueKind.String ? found.GetString()! : "";
}
