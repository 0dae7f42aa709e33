using System.Text.Json.Nodes;

namespace CsiSecrets.Tests.Fakes;

/// <summary>The changes of an object: merge patch, JSON patch, server-side apply with managed fields. Lists but owner references are atomic.</summary>
internal static class FakeKubeApiFields
{
    private static readonly string[] Unmanaged =
    [
        "apiVersion", "kind", "metadata/name", "metadata/namespace", "metadata/uid", "metadata/resourceVersion", "metadata/generation",
        "metadata/creationTimestamp", "metadata/managedFields",
    ];

    /// <summary>RFC 7386.</summary>
    public static JsonNode? Merge(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes)
        {
            return patch?.DeepClone();
        }

        JsonObject merged = target is JsonObject old ? (JsonObject)old.DeepClone() : [];
        foreach ((string key, JsonNode? value) in changes)
        {
            if (value is null)
            {
                merged.Remove(key);
            }
            else
            {
                merged[key] = Merge(merged[key], value);
            }
        }

        return merged;
    }

    /// <summary>RFC 6902: add, remove, replace, test.</summary>
    public static JsonObject Patch(JsonObject target, JsonArray operations)
    {
        var changed = (JsonObject)target.DeepClone();
        foreach (JsonNode? operation in operations)
        {
            string name = (string?)operation?["op"] ?? "";
            string pointer = (string?)operation?["path"] ?? "";
            string[] path = [.. pointer.Split('/').Skip(1).Select(static p => p.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))];
            JsonNode parent = path[..^1].Aggregate((JsonNode?)changed, Child) ?? throw Refused(name, pointer);
            JsonNode? value = operation?["value"];
            switch (name)
            {
                case "test" when JsonNode.DeepEquals(Child(parent, path[^1]), value):
                    break;
                case "add" when parent is JsonArray list:
                    list.Insert(path[^1] == "-" ? list.Count : Index(path[^1]), value?.DeepClone());
                    break;
                case "add" when parent is JsonObject map:
                    map[path[^1]] = value?.DeepClone();
                    break;
                case "replace" when parent is JsonObject map && map.ContainsKey(path[^1]):
                    map[path[^1]] = value?.DeepClone();
                    break;
                case "replace" when parent is JsonArray list && Index(path[^1]) < list.Count:
                    list[Index(path[^1])] = value?.DeepClone();
                    break;
                case "remove" when parent is JsonObject map && map.Remove(path[^1]):
                    break;
                case "remove" when parent is JsonArray list && Index(path[^1]) < list.Count:
                    list.RemoveAt(Index(path[^1]));
                    break;
                default:
                    throw Refused(name, pointer);
            }
        }

        return changed;
    }

    /// <summary>What <paramref name="live"/> becomes when <paramref name="manager"/> applies <paramref name="wanted"/>; the fields of others stay.</summary>
    public static JsonObject Apply(JsonObject? live, JsonObject wanted, string manager, bool force, string now)
    {
        live = Keyed(live);
        wanted = Keyed(wanted)!;
        JsonObject merged = live is null ? [] : (JsonObject)live.DeepClone();
        JsonArray managed = (merged["metadata"]?["managedFields"] as JsonArray)?.DeepClone() as JsonArray ?? [];
        string[] fields = [.. Leaves(wanted, "").Where(IsManaged)];
        JsonObject[] others = [.. managed.OfType<JsonObject>().Where(e => (string?)e["manager"] != manager || (string?)e["operation"] != "Apply")];
        foreach (JsonObject other in others)
        {
            HashSet<string> theirs = [.. Fields(other)];
            string[] disputed = [.. fields.Where(f => theirs.Contains(f) && !JsonNode.DeepEquals(At(live, f), At(wanted, f)))];
            if (disputed.Length > 0 && !force)
            {
                throw new FakeKubeApiRefusal(409, "Conflict", $"Apply failed with {disputed.Length} conflict: conflict with \"{other["manager"]}\": .{disputed[0]}");
            }

            theirs.ExceptWith(disputed);
            other["fieldsV1"] = Tree(theirs);
        }

        JsonObject? mine = managed.OfType<JsonObject>().FirstOrDefault(e => !others.Contains(e));
        string[] kept = [.. others.SelectMany(Fields)];
        foreach (string gone in (mine is null ? [] : Fields(mine)).Except(fields).Except(kept))
        {
            Remove(merged, gone);
        }

        merged = (JsonObject)Merge(merged, wanted)!;
        if (mine is not null && JsonNode.DeepEquals(mine["fieldsV1"], Tree(fields)))
        {
            return WithManaged(merged, managed);
        }

        managed.Remove(mine);
        managed.Add(Entry(manager, "Apply", (string?)wanted["apiVersion"], now, fields));
        return WithManaged(merged, managed);
    }

    /// <summary>Records that <paramref name="manager"/> wrote, by other means than apply, what differs between the two.</summary>
    public static JsonObject Own(JsonObject? before, JsonObject after, string manager, string now)
    {
        before = Keyed(before);
        after = Keyed(after)!;
        string[] changed = [.. Leaves(after, "").Where(f => IsManaged(f) && !JsonNode.DeepEquals(At(before, f), At(after, f)))];

        // A writer may say the managed fields themselves; otherwise they go on from before.
        JsonArray managed = ((after["metadata"]?["managedFields"] ?? before?["metadata"]?["managedFields"]) as JsonArray)?.DeepClone() as JsonArray ?? [];

        // What is gone is nobody's any more.
        string[] gone = before is null ? [] : [.. Leaves(before, "").Where(f => IsManaged(f) && At(after, f) is null)];
        foreach (JsonObject entry in managed.OfType<JsonObject>().Where(e => gone.Length > 0 && Fields(e).Intersect(gone).Any()))
        {
            entry["fieldsV1"] = Tree(Fields(entry).Except(gone));
        }

        if (changed.Length == 0)
        {
            return WithManaged(after, managed);
        }

        foreach (JsonObject other in managed.OfType<JsonObject>())
        {
            other["fieldsV1"] = Tree(Fields(other).Except(changed));
        }

        JsonObject? mine = managed.OfType<JsonObject>().FirstOrDefault(e => (string?)e["manager"] == manager && (string?)e["operation"] == "Update");
        IEnumerable<string> all = mine is null ? changed : changed.Concat(Fields(mine));
        managed.Remove(mine);
        managed.Add(Entry(manager, "Update", (string?)after["apiVersion"], now, all));
        return WithManaged(after, managed);
    }

    private static JsonObject WithManaged(JsonObject value, JsonArray managed)
    {
        value["metadata"]!["managedFields"] = managed.Count > 0 ? managed.DeepClone() : null;
        if (value["metadata"]!["ownerReferences"] is JsonObject owners)
        {
            value["metadata"]!["ownerReferences"] = new JsonArray([.. owners.Select(static o => o.Value?.DeepClone()).Where(static o => o?["uid"] is not null)]);
        }

        return value;
    }

    // Owner references are a list by uid: a map while fields are looked at.
    private static JsonObject? Keyed(JsonObject? value)
    {
        if (value?["metadata"]?["ownerReferences"] is not JsonArray owners)
        {
            return value;
        }

        var keyed = (JsonObject)value.DeepClone();
        keyed["metadata"]!["ownerReferences"] = new JsonObject(owners.Select(
            static o => KeyValuePair.Create($$"""k:{"uid":"{{o!["uid"]}}"}""", (JsonNode?)o.DeepClone())));
        return keyed;
    }

    private static string Tagged(string key) => key.StartsWith("k:{", StringComparison.Ordinal) ? key : $"f:{key}";

    private static string Untagged(string name) => name.StartsWith("k:{", StringComparison.Ordinal) ? name : name[2..];

    private static JsonObject Entry(string manager, string operation, string? apiVersion, string now, IEnumerable<string> fields) => new()
    {
        ["manager"] = manager,
        ["operation"] = operation,
        ["apiVersion"] = apiVersion,
        ["time"] = now,
        ["fieldsType"] = "FieldsV1",
        ["fieldsV1"] = Tree(fields),
    };

    private static bool IsManaged(string field) => !Unmanaged.Any(u => field == u || field.StartsWith(u + "/", StringComparison.Ordinal));

    private static IEnumerable<string> Leaves(JsonNode? node, string path) => node is JsonObject { Count: > 0 } map
        ? map.SelectMany(p => Leaves(p.Value, path.Length == 0 ? Escaped(p.Key) : $"{path}/{Escaped(p.Key)}"))
        : [path];

    private static string Escaped(string key) => key.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    private static string[] Segments(string path) =>
        [.. path.Split('/').Select(static s => s.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))];

    private static JsonNode? At(JsonNode? node, string path) => Segments(path).Aggregate(node, static (at, key) => (at as JsonObject)?[key]);

    private static void Remove(JsonObject node, string path)
    {
        string[] keys = Segments(path);
        (keys[..^1].Aggregate((JsonNode?)node, static (at, key) => (at as JsonObject)?[key]) as JsonObject)?.Remove(keys[^1]);
    }

    private static JsonObject Tree(IEnumerable<string> fields)
    {
        JsonObject root = [];
        foreach (string field in fields.Order(StringComparer.Ordinal))
        {
            JsonObject at = root;
            foreach (string key in Segments(field))
            {
                at = at[Tagged(key)] as JsonObject ?? (JsonObject)(at[Tagged(key)] = new JsonObject());
            }
        }

        return root;
    }

    private static IEnumerable<string> Fields(JsonObject entry) => Named((JsonObject)entry["fieldsV1"]!, "");

    private static IEnumerable<string> Named(JsonObject tree, string path) => tree.Where(static p => p.Key != ".").SelectMany(p =>
    {
        string at = path.Length == 0 ? Escaped(Untagged(p.Key)) : $"{path}/{Escaped(Untagged(p.Key))}";
        return p.Value is JsonObject below && below.Any(static b => b.Key != ".") ? Named(below, at) : [at];
    });

    private static JsonNode? Child(JsonNode? node, string key) => node switch
    {
        JsonObject map => map[key],
        JsonArray list when int.TryParse(key, out int index) && index < list.Count => list[index],
        _ => null,
    };

    private static int Index(string text) => int.TryParse(text, out int index) ? index : int.MaxValue;

    private static FakeKubeApiRefusal Refused(string operation, string path) =>
        new(422, "Invalid", $"the server rejected our request due to an error in our request: {operation} {path}");
}
