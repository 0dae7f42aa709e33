using System.Text.Json.Nodes;

namespace CsiSecrets.Tests.Fakes;

/// <summary>What the fake API server says of the kinds that it serves.</summary>
internal static class FakeKubeApiDiscovery
{
    /// <summary>Null for a path that is none of discovery's, or an apiVersion without a kind.</summary>
    public static JsonObject? Answer(string path, IEnumerable<FakeKubeApiKind> kinds)
    {
        string apiVersion = path.StartsWith("/api/", StringComparison.Ordinal) ? path["/api/".Length..]
            : path.StartsWith("/apis/", StringComparison.Ordinal) ? path["/apis/".Length..] : "";
        FakeKubeApiKind[] found = [.. kinds.Where(k => k.ApiVersion == apiVersion)];
        return found.Length == 0 ? null : new JsonObject
        {
            ["kind"] = "APIResourceList",
            ["apiVersion"] = "v1",
            ["groupVersion"] = apiVersion,
            ["resources"] = new JsonArray([.. found.SelectMany(Resources)]),
        };
    }

    private static IEnumerable<JsonObject> Resources(FakeKubeApiKind kind)
    {
        yield return Resource($"{kind.Resource}/status", kind, "get", "patch", "update");
        yield return Resource(kind.Resource, kind, "create", "delete", "get", "list", "patch", "update", "watch");
    }

    private static JsonObject Resource(string name, FakeKubeApiKind kind, params string[] verbs) => new()
    {
        ["name"] = name,
        ["singularName"] = "",
        ["namespaced"] = kind.Namespaced,
        ["kind"] = kind.Kind,
        ["verbs"] = new JsonArray([.. verbs.Select(static v => (JsonNode)v)]),
    };
}
