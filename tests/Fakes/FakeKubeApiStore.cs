using System.Globalization;
using System.Text.Json.Nodes;

namespace CsiSecrets.Tests.Fakes;

/// <summary>The objects of the fake API server, and every change of them since it began.</summary>
internal sealed class FakeKubeApiStore(TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, JsonObject> objects = new(StringComparer.Ordinal);
    private readonly List<FakeKubeApiChange> history = [];
    private TaskCompletionSource changed = Signal();
    private long version = 100;
    private long oldest = 100;

    public string Now => time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public long Version
    {
        get
        {
            lock (gate)
            {
                return version;
            }
        }
    }

    public JsonObject? Find(string resource, string ns, string name)
    {
        lock (gate)
        {
            return objects.GetValueOrDefault(Key(resource, ns, name))?.DeepClone() as JsonObject;
        }
    }

    /// <summary>What is there now becomes what <paramref name="next"/> makes of it; null deletes. Null when nothing is there and nothing is made.</summary>
    public JsonObject? Change(string resource, string ns, string name, Func<JsonObject?, JsonObject?> next)
    {
        lock (gate)
        {
            string key = Key(resource, ns, name);
            JsonObject? before = objects.GetValueOrDefault(key);
            JsonObject? after = next((JsonObject?)before?.DeepClone());
            if (after is null)
            {
                return before is null ? null : Delete(resource, key, before);
            }

            JsonObject meta = (JsonObject)after["metadata"]!;
            meta["uid"] = before?["metadata"]?["uid"]?.DeepClone() ?? Guid.NewGuid().ToString();
            meta["creationTimestamp"] = before?["metadata"]?["creationTimestamp"]?.DeepClone() ?? Now;
            meta["resourceVersion"] = before?["metadata"]?["resourceVersion"]?.DeepClone();
            meta["generation"] = before?["metadata"]?["generation"]?.DeepClone() ?? 1L;
            if (meta["managedFields"] is null)
            {
                meta.Remove("managedFields");
            }

            if (before is not null && JsonNode.DeepEquals(before, after))
            {
                return (JsonObject)after.DeepClone();
            }

            if (before is not null && !JsonNode.DeepEquals(before["spec"], after["spec"]))
            {
                meta["generation"] = (long)meta["generation"]! + 1;
            }

            if (meta["deletionTimestamp"] is not null && meta["finalizers"] is not JsonArray { Count: > 0 })
            {
                return Delete(resource, key, after);
            }

            meta["resourceVersion"] = Text(++version);
            objects[key] = after;
            Record(new FakeKubeApiChange(version, before is null ? "ADDED" : "MODIFIED", resource, key, after, before));
            return (JsonObject)after.DeepClone();
        }
    }

    /// <summary>The collection as it was at <paramref name="at"/>, in order of its keys.</summary>
    public IReadOnlyList<(string Key, JsonObject Value)> At(string resource, string ns, long at)
    {
        lock (gate)
        {
            if (at < oldest)
            {
                throw new FakeKubeApiRefusal(410, "Expired", "The provided continue parameter is too old to display a consistent list result.");
            }

            var found = new SortedDictionary<string, JsonObject>(StringComparer.Ordinal);
            string prefix = ns.Length == 0 ? $"{resource}|" : $"{resource}|{ns}/";
            foreach (FakeKubeApiChange change in history.TakeWhile(c => c.Version <= at).Where(c => c.Key.StartsWith(prefix, StringComparison.Ordinal)))
            {
                if (change.Type == "DELETED")
                {
                    found.Remove(change.Key);
                }
                else
                {
                    found[change.Key] = change.After;
                }
            }

            return [.. found.Select(static p => (p.Key, p.Value))];
        }
    }

    /// <summary>Where in the history a watch from <paramref name="from"/> begins; null when that is forgotten.</summary>
    public int? Begin(long from)
    {
        lock (gate)
        {
            int after = history.FindIndex(c => c.Version > from);
            return from < oldest ? null : after < 0 ? history.Count : after;
        }
    }

    /// <summary>What happened from a place in the history on; the task ends when there is more.</summary>
    public (IReadOnlyList<FakeKubeApiChange> Changes, Task More) Since(int place)
    {
        lock (gate)
        {
            return (history[place..], changed.Task);
        }
    }

    /// <summary>Tells every watch the current version.</summary>
    public void Bookmark()
    {
        lock (gate)
        {
            Record(new FakeKubeApiChange(version, "BOOKMARK", "", "", new JsonObject { ["metadata"] = new JsonObject { ["resourceVersion"] = Text(version) } }, null));
        }
    }

    /// <summary>Forgets the past: every version that anybody holds is too old.</summary>
    public void Expire()
    {
        lock (gate)
        {
            oldest = ++version;
        }
    }

    public static string Key(string resource, string ns, string name) => $"{resource}|{ns}/{name}";

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private JsonObject Delete(string resource, string key, JsonObject before)
    {
        var last = (JsonObject)before.DeepClone();
        if (last["metadata"]!["finalizers"] is JsonArray { Count: > 0 })
        {
            last["metadata"]!["deletionTimestamp"] ??= Now;
            last["metadata"]!["resourceVersion"] = Text(++version);
            objects[key] = last;
            Record(new FakeKubeApiChange(version, "MODIFIED", resource, key, last, before));
            return (JsonObject)last.DeepClone();
        }

        last["metadata"]!["resourceVersion"] = Text(++version);
        objects.Remove(key);
        Record(new FakeKubeApiChange(version, "DELETED", resource, key, last, before));
        return (JsonObject)last.DeepClone();
    }

    private static void Unfold(JsonNode? node)
    {
        foreach (JsonNode? below in node is JsonObject map ? map.Select(static p => p.Value) : node as IEnumerable<JsonNode?> ?? [])
        {
            Unfold(below);
        }
    }

    private void Record(FakeKubeApiChange change)
    {
        // Parsed JSON is unfolded when it is first read, which several watches must not do at once.
        Unfold(change.After);
        history.Add(change);
        TaskCompletionSource told = changed;
        changed = Signal();
        told.SetResult();
    }
}

/// <summary>One change; <paramref name="Before"/> is null for an object that is new.</summary>
internal sealed record FakeKubeApiChange(long Version, string Type, string Resource, string Key, JsonObject After, JsonObject? Before)
{
    /// <summary>The event that a watch with this selector sees, or null: an object that leaves the selection is deleted for it.</summary>
    public JsonObject? For(FakeKubeApiSelector selector)
    {
        bool was = Before is not null && selector.Matches(Before);
        bool matches = Type != "DELETED" && selector.Matches(After);
        string? type = matches ? (was ? "MODIFIED" : "ADDED") : was ? "DELETED" : null;
        return type is null ? null : new JsonObject { ["type"] = type, ["object"] = After.DeepClone() };
    }
}
