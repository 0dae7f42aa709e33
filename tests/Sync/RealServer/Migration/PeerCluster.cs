using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using CsiSecrets.Kube;
using CsiSecrets.Mirroring;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Tests.Kube;
using CsiSecrets.Tests.Mirroring;

namespace CsiSecrets.Tests.Sync.RealServer.Migration;

/// <summary>Objects as External Secrets Operator leaves them after a sync: status, finalizers, label, hash, owner reference, and its field managers.</summary>
internal sealed class PeerCluster(RealController controller)
{
    private const string Finalizer = "externalsecrets.external-secrets.io/externalsecret-cleanup";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <param name="name">Of the ExternalSecret.</param>
    /// <param name="spec">JSON.</param>
    /// <param name="age">How long ago it was synced.</param>
    /// <param name="owners">Its own owner references, as JSON.</param>
    /// <returns>Its uid.</returns>
    public async Task<string> ExternalSecretAsync(string name, string spec, TimeSpan age, params OwnerReference[] owners)
    {
        ResourceType<AnyObject> type = TypeOf("ExternalSecret");
        AnyObject one = AnyObject.Of(controller.Ns, name, $$"""{"spec":{{spec}}}""");
        AnyObject made = await controller.Client.CreateAsync(
            type,
            one with { Metadata = one.Metadata with { Finalizers = [Finalizer], Labels = new Dictionary<string, string> { ["team"] = "x" }, OwnerReferences = owners } },
            Ct);
        string version = $"{made.Metadata.Generation}-{PeerHash.OfText("{annotations:map[] labels:map[team:x]}")}";
        await StatusAsync(type, name, $$"""
            {"refreshTime":"{{Time(age)}}","syncedResourceVersion":"{{version}}","binding":{"name":"{{name}}"},
             "conditions":[{"type":"Ready","status":"True","reason":"SecretSynced","message":"secret synced","lastTransitionTime":"2026-01-01T00:00:00Z"}]}
            """);
        return made.Metadata.Uid;
    }

    /// <summary>The Secret of an ExternalSecret that owns it.</summary>
    public async Task OwnedSecretAsync(string name, string uid, string data)
    {
        using SecretSet values = Wish.Data(data);
        await controller.Others.CreateAsync(
            name,
            Marks.PeerManagerPrefix + name,
            $$"""
            "labels":{"team":"x","{{Marks.CreatedBy}}":"{{Marks.CreatedByValue(controller.Ns, name)}}"},"annotations":{"{{Marks.DataHash}}":"{{PeerHash.OfData(values)}}"},
            "ownerReferences":[{"apiVersion":"external-secrets.io/v1","kind":"ExternalSecret","name":"{{name}}","uid":"{{uid}}","controller":true,"blockOwnerDeletion":true}]
            """,
            $$""" "type":"Opaque","data":{{Encoded(values)}} """);
        await ManagedAsync(name);
    }

    /// <summary>Keys that an ExternalSecret merged into somebody's Secret.</summary>
    public async Task MergedSecretAsync(string secret, string by, string theirs, string merged)
    {
        using SecretSet before = Wish.Data(theirs);
        using SecretSet mine = Wish.Data(merged);
        using SecretSet all = Wish.Data($"{theirs} {merged}");
        await controller.Others.CreateAsync(secret, "kubectl-create", "", $$""" "data":{{Encoded(before)}} """);
        await controller.Others.EditAsync(
            secret,
            Marks.PeerManagerPrefix + by,
            $$$"""{"metadata":{"labels":{"team":"x"},"annotations":{"{{{Marks.DataHash}}}":"{{{PeerHash.OfData(all)}}}"} },"data":{{{Encoded(mine)}}} }""");
        await ManagedAsync(secret);
    }

    public Task StoreStatusAsync(string name) => StatusAsync(
        TypeOf("SecretStore"),
        name,
        """{"capabilities":"ReadWrite","conditions":[{"type":"Ready","status":"True","reason":"Valid","message":"store validated","lastTransitionTime":"2026-01-01T00:00:00Z"}]}""");

    public Task StatusAsync(ResourceType<AnyObject> type, string name, string status) => controller.Client.PatchStatusAsync(
        type, new ObjectKey(type.Namespaced ? controller.Ns : "", name), Encoding.UTF8.GetBytes($$"""{"status":{{status}} }"""), Ct);

    public static ResourceType<AnyObject> TypeOf(string kind) => AnyObject.Type(
        "external-secrets.io", "v1", kind.ToLowerInvariant() + "s", kind, !kind.StartsWith("Cluster", StringComparison.Ordinal));

    /// <summary>Why the peer would sync the ExternalSecret again, by its own rules; null where it finds nothing to do.</summary>
    public async Task<string?> TroubleOfThePeerAsync(string name, string secret)
    {
        JsonNode one = (await controller.GetAsync("ExternalSecret", name))!;
        JsonNode target = (await controller.GetAsync("Secret", secret))!;
        SortedDictionary<string, string> data = (await controller.DataAsync(secret))!;
        using SecretSet values = Wish.Data(string.Join(' ', data.Select(static d => $"{d.Key}={d.Value}")));
        string Map(string field) => $"map[{string.Join(' ', (one["metadata"]![field] as JsonObject ?? []).OrderBy(static p => p.Key, StringComparer.Ordinal).Select(static p => $"{p.Key}:{p.Value}"))}]";
        string version = $"{one["metadata"]!["generation"]}-{PeerHash.OfText($"{{annotations:{Map("annotations")} labels:{Map("labels")}}}")}";
        DateTimeOffset refreshed = DateTimeOffset.Parse((string)one["status"]!["refreshTime"]!, CultureInfo.InvariantCulture);
        return (string?)target["metadata"]!["labels"]![Marks.Managed] != "true" ? "the label"
            : (string?)target["metadata"]!["annotations"]![Marks.DataHash] != PeerHash.OfData(values) ? "the hash"
            : (string?)one["status"]!["syncedResourceVersion"] != version ? "the version"
            : refreshed > TimeProvider.System.GetUtcNow() || refreshed < TimeProvider.System.GetUtcNow().AddHours(-1) ? "the refresh time"
            : (string?)one["status"]!["conditions"]![0]!["status"] != "True" ? "the condition"
            : null;
    }

    /// <summary>The peer's first mark on a Secret, in the name of its program.</summary>
    private Task ManagedAsync(string secret) => controller.Others.EditAsync(secret, "external-secrets", $$$"""{"metadata":{"labels":{"{{{Marks.Managed}}}":"true"} } }""");

    private static string Encoded(SecretSet values) =>
        "{" + string.Join(',', values.Items.Select(static i => $"\"{i.Key}\":\"{Convert.ToBase64String(i.Value.Span)}\"")) + "}";

    private static string Time(TimeSpan ago) => (TimeProvider.System.GetUtcNow() - ago).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
