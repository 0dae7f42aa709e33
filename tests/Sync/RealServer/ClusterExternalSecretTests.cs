using System.Text.Json.Nodes;
using CsiSecrets.Kube;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Tests.Kube;

namespace CsiSecrets.Tests.Sync.RealServer;

/// <summary>The ExternalSecrets of a ClusterExternalSecret on a real API server: made, changed with it, taken back after an edit, and found again by another process.</summary>
[Collection(RealServerOfControllers.Name)]
public sealed class ClusterExternalSecretTests(RealApiServer server)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Child_FollowsTheManifestAndForceSync_AndARestartChangesNothing()
    {
        string name = $"c-{Guid.NewGuid():N}";
        await using RealController controller = await RealController.StartAsync(server, everywhere: true);
        controller.Aws.Seed.Secret("db", "first");
        controller.Aws.Seed.Secret("other", "else");
        await controller.Client.PatchAsync(
            ResourceTypes.Namespaces, new ObjectKey("", controller.Ns), PatchKind.Merge,
            System.Text.Encoding.UTF8.GetBytes($$$"""{"metadata":{"labels":{"team":"{{{controller.Ns}}}"} } }"""), Ct);
        await controller.PutAsync("ClusterExternalSecret", name, $$"""
            externalSecretName: copy
            namespaceSelectors: [{matchLabels: {team: {{controller.Ns}} } }]
            externalSecretMetadata: {labels: {of: them}, annotations: {note: one} }
            externalSecretSpec: {secretStoreRef: {name: main}, refreshInterval: 10h, data: [{secretKey: password, remoteRef: {key: db} }]}
            """);
        await controller.HoldsAsync("copy", ("password", "first"));
        await ReadyAsync(controller, name);

        await controller.MergeAsync("ClusterExternalSecret", name, """{"spec":{"externalSecretSpec":{"data":[{"secretKey":"user","remoteRef":{"key":"other"}}]},"externalSecretMetadata":{"labels":null}}}""");
        await controller.HoldsAsync("copy", ("user", "else"));
        await ChildAsync(controller, static c => c["metadata"]!["labels"]?["of"] is null, "without the label");

        await controller.RestartAsync();
        await controller.MergeAsync("ClusterExternalSecret", name, """{"metadata":{"annotations":{"external-secrets.io/force-sync":"7"}}}""");
        await ChildAsync(controller, static c => (string?)c["metadata"]!["annotations"]!["external-secrets.io/force-sync"] == "7", "the force-sync");
        await controller.MergeAsync("ExternalSecret", "copy", """{"spec":{"refreshInterval":"1m"}}""");
        await ChildAsync(controller, static c => (string?)c["spec"]!["refreshInterval"] == "10h", "the interval again");
        await ReadyAsync(controller, name);
        await controller.DeleteAsync("ClusterExternalSecret", name);
    }

    private static async Task ReadyAsync(RealController controller, string name)
    {
        string? now = null;
        await RealController.UntilAsync(
            async () => (now = (await controller.GetAsync("ClusterExternalSecret", name))!["status"]?.ToJsonString()) is not null
                && now.Contains("\"status\":\"True\"", StringComparison.Ordinal) && now.Contains($"\"provisionedNamespaces\":[\"{controller.Ns}\"]", StringComparison.Ordinal),
            () => $"{name} is provisioned, it is {now} {string.Join("; ", controller.Logs.GetSnapshot().Select(static l => l.Message))}");
    }

    private static Task ChildAsync(RealController controller, Func<JsonNode, bool> isSo, string what) => RealController.UntilAsync(
        async () => await controller.GetAsync("ExternalSecret", "copy") is { } copy && isSo(copy), () => what);
}
