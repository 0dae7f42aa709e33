using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CsiSecrets.Mirroring;

/// <summary>
/// Rewrites the managed fields of a Secret, and nothing else of it, so that the apply that follows removes what it does not say: entries that
/// were ours by another operation (or the peer's) become part of our apply entry, and claimed fields move there from everybody's.
/// </summary>
internal static class ManagedFieldsFold
{
    /// <summary>A JSON patch that holds for exactly this version: another one is a conflict.</summary>
    /// <param name="managedFields">As the server wrote them; null when there are none.</param>
    /// <param name="resourceVersion">The version they are of.</param>
    /// <param name="manager">The field manager of our applies.</param>
    /// <param name="absorbs">Whether the entry of a manager and operation becomes ours whole.</param>
    /// <param name="claims">Single fields that become ours.</param>
    /// <param name="now">The time to write on a new entry.</param>
    /// <param name="apiVersion">The object's, for a new entry.</param>
    public static byte[] Patch(
        JsonElement? managedFields, string resourceVersion, string manager, Func<string, string, bool> absorbs, FieldClaims claims, DateTimeOffset now, string apiVersion = "v1")
    {
        JsonArray before = managedFields is { ValueKind: JsonValueKind.Array } raw ? JsonArray.Create(raw)! : [];
        JsonObject ours = Ours(before, manager, now, apiVersion);
        var fields = (JsonObject)ours["fieldsV1"]!;
        var after = new JsonArray();
        foreach (JsonObject entry in before.OfType<JsonObject>().Where(e => !IsOurs(e, manager)))
        {
            var copy = (JsonObject)entry.DeepClone();
            JsonObject its = copy["fieldsV1"] as JsonObject ?? [];
            if (absorbs((string?)entry["manager"] ?? "", (string?)entry["operation"] ?? ""))
            {
                Union(fields, its);
                continue;
            }

            foreach (string[] path in Paths(claims))
            {
                Move(its, fields, path, path);
            }

            if (its.Count > 0)
            {
                after.Add((JsonNode)copy);
            }
        }

        foreach (string[] path in Paths(claims))
        {
            Own(fields, path);
        }

        DropWhole(fields, "f:data");
        DropWhole(fields["f:metadata"] as JsonObject ?? [], "f:labels", "f:annotations", "f:ownerReferences", "f:finalizers");
        after.Add((JsonNode)ours);
        return Write(after, resourceVersion);
    }

    private static bool IsOurs(JsonObject entry, string manager) => (string?)entry["manager"] == manager && (string?)entry["operation"] == "Apply";

    private static JsonObject Ours(JsonArray before, string manager, DateTimeOffset now, string apiVersion)
    {
        JsonObject? there = before.OfType<JsonObject>().FirstOrDefault(e => IsOurs(e, manager));
        var ours = (JsonObject?)there?.DeepClone() ?? new JsonObject
        {
            ["manager"] = manager,
            ["operation"] = "Apply",
            ["apiVersion"] = apiVersion,
            ["time"] = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            ["fieldsType"] = "FieldsV1",
        };
        ours["fieldsV1"] ??= new JsonObject();
        return ours;
    }

    private static IEnumerable<string[]> Paths(FieldClaims claims) =>
    [
        .. claims.Data.Select(static k => new[] { "f:data", $"f:{k}" }),
        .. claims.Labels.Select(static k => new[] { "f:metadata", "f:labels", $"f:{k}" }),
        .. claims.Annotations.Select(static k => new[] { "f:metadata", "f:annotations", $"f:{k}" }),
        .. claims.OwnerUids.Select(static uid => new[] { "f:metadata", "f:ownerReferences", $$"""k:{"uid":"{{uid}}"}""" }),
    ];

    private static void Union(JsonObject into, JsonObject from)
    {
        foreach ((string name, JsonNode? below) in from)
        {
            JsonObject place = into[name] as JsonObject ?? [];
            into[name] ??= place;
            Union(place, below as JsonObject ?? []);
        }
    }

    private static void Move(JsonObject from, JsonObject into, ReadOnlySpan<string> path, string[] whole)
    {
        if (from[path[0]] is not JsonObject below)
        {
            return;
        }

        if (path.Length == 1)
        {
            from.Remove(path[0]);
            Union(Own(into, whole), below);
            return;
        }

        Move(below, into, path[1..], whole);

        DropWhole(from, path[0]);
    }

    /// <summary>A map or list without a named child is read as owned whole, with all that is in it now: nobody here means that.</summary>
    private static void DropWhole(JsonObject fields, params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            if (fields[name] is JsonObject map && map.All(static m => m.Key == "."))
            {
                fields.Remove(name);
            }
        }
    }

    /// <summary>The place of the path, which is there afterwards.</summary>
    private static JsonObject Own(JsonObject fields, string[] path)
    {
        JsonObject at = fields;
        foreach (string step in path)
        {
            JsonObject next = at[step] as JsonObject ?? [];
            at[step] ??= next;
            at = next;
        }

        // The item of a list is a member of its own beside its fields.
        if (path[^1].StartsWith("k:", StringComparison.Ordinal))
        {
            at["."] ??= new JsonObject();
        }

        return at;
    }

    private static byte[] Write(JsonArray managedFields, string resourceVersion)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            json.WriteStartObject();
            json.WriteString("op", "replace");
            json.WriteString("path", "/metadata/resourceVersion");
            json.WriteString("value", resourceVersion);
            json.WriteEndObject();
            json.WriteStartObject();
            json.WriteString("op", "add");
            json.WriteString("path", "/metadata/managedFields");
            json.WritePropertyName("value");
            managedFields.WriteTo(json);
            json.WriteEndObject();
            json.WriteEndArray();
        }

        return buffer.ToArray();
    }
}
