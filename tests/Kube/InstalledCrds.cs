using System.Text.Json;
using System.Text.Json.Nodes;
using CsiSecrets.JsonQuery;
using CsiSecrets.Kube;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Tests.Manifests;

namespace CsiSecrets.Tests.Kube;

/// <summary>The CRDs of external-secrets.io on a server.</summary>
internal static class InstalledCrds
{
    private const string Group = "external-secrets.io";

    private static readonly ResourceType<AnyObject> Crds =
        AnyObject.Type("apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition", false);

    private static readonly string[] Kinds = ["externalsecrets", "secretstores", "clustersecretstores", "clusterexternalsecrets"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static IEnumerable<JsonNode> Documents() => YamlText
        .ToJson(File.ReadAllBytes(Path.Combine(Repository.Root, "crds/rendered/base.yaml"))).Select(d => JsonNode.Parse(d)!);

    /// <summary>Creates those that are not there, and waits until all are established.</summary>
    public static async Task EnsureAsync(KubeClient client)
    {
        HashSet<string> waiting = [.. Kinds.Select(k => $"{k}.{Group}")];
        foreach (JsonNode crd in Documents().Where(d => waiting.Contains(d["metadata"]!["name"]!.GetValue<string>())))
        {
            string name = crd["metadata"]!["name"]!.GetValue<string>();
            if (await client.GetAsync(Crds, new ObjectKey("", name), Ct) is null)
            {
                await client.CreateAsync(Crds, AnyObject.Of("", name, $$"""{"spec":{{crd["spec"]!.ToJsonString()}}}"""), Ct);
            }
        }

        string version = await client.ListAsync(Crds, KubeQuery.All, Look, Ct);
        await using IAsyncEnumerator<WatchEvent<AnyObject>> watch = client.WatchAsync(Crds, KubeQuery.All, version, Ct).Where(static e => e.Kind != WatchKind.Opened).GetAsyncEnumerator(Ct);
        while (waiting.Count > 0 && await watch.MoveNextAsync())
        {
            Look(watch.Current.Object!);
        }

        void Look(AnyObject crd)
        {
            if (crd.Rest!.TryGetValue("status", out JsonElement status)
                && status.TryGetProperty("conditions", out JsonElement conditions)
                && conditions.ValueKind == JsonValueKind.Array
                && conditions.EnumerateArray().Any(c => c.GetProperty("type").GetString() == "Established" && c.GetProperty("status").GetString() == "True"))
            {
                waiting.Remove(crd.Metadata.Name);
            }
        }
    }
}
