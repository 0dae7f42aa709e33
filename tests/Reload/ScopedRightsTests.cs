using System.Text.Json;
using CsiSecrets.Kube;
using CsiSecrets.Reload;
using CsiSecrets.Tests.Kube;
using CsiSecrets.Tests.Manifests;

namespace CsiSecrets.Tests.Reload;

/// <summary>What <c>controller/components/reloader/namespace</c> and <c>reloader-meta-info</c> grant is enough, on a server that is not ours: a ServiceAccount
/// with nothing but these, and the Secrets of its own namespace.</summary>
public sealed class ScopedRightsTests(RealApiServer server) : IClassFixture<RealApiServer>
{
    private const string Account = "scoped";

    private const string Own = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: external-secrets}
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: scoped, namespace: external-secrets}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: scoped, namespace: external-secrets}
        rules:
        - {apiGroups: [""], resources: [secrets], verbs: [get, list, create, patch, delete]}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: scoped, namespace: external-secrets}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: scoped}
        subjects: [{kind: ServiceAccount, name: scoped, namespace: external-secrets}]
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ARoleInEachNamespace_IsEnoughToReloadThere_AndNowhereElse()
    {
        Assert.SkipWhen(server.Missing.Length > 0, server.Missing);
        var kubectl = new AdminKubectl(server);
        await RealReload.ApplyAsync(kubectl, Own);
        await RealReload.ApplyAsync(kubectl, await RoleAsync("reloader-meta-info"));
        foreach (string ns in (string[])["first", "second", "without"])
        {
            await kubectl.RunAsync("create", "namespace", ns);
            await RealReload.ApplyAsync(kubectl, Workload(ns));
            await SettingsAsync(kubectl, ns, "one");
        }

        foreach (string ns in (string[])["first", "second"])
        {
            await RealReload.ApplyAsync(kubectl, await RoleAsync("reloader/namespace"), "-n", ns);
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        using KubeHttp http = await RealReload.ConnectAsync(server, Account);
        Task running = RealReload.Start(http, stop.Token, static o => (o.AllSources, o.MetaInfo, o.Namespaces) = (true, true, ["first", "without", "second"]));
        await RealReload.UntilAsync(async () => await RecordedAsync(kubectl, "first") && await RecordedAsync(kubectl, "second"), "both records");
        foreach (string ns in (string[])["first", "second", "without"])
        {
            await SettingsAsync(kubectl, ns, "two");
        }

        await RealReload.UntilAsync(async () => await RolledAsync(kubectl, "first") && await RolledAsync(kubectl, "second"), "both rolled");
        await RealReload.UntilAsync(
            async () => (await kubectl.GetAsync("events", "-n", "second")).GetRawText().Contains("\"Reloaded\"", StringComparison.Ordinal), "the event");
        await stop.CancelAsync();
        await running;

        Assert.False(await RecordedAsync(kubectl, "without"));
        Assert.False(await RolledAsync(kubectl, "without"));
        JsonElement map = await kubectl.GetAsync("configmap/reloader-meta-info", "-n", "external-secrets");
        Assert.Contains("\"reloadStrategy\":\"env-vars\"", map.GetProperty("data").GetProperty("reloaderOptions").GetString(), StringComparison.Ordinal);
    }

    /// <summary>The Role and its binding as they are committed, for this ServiceAccount.</summary>
    private static async Task<string> RoleAsync(string component) =>
        (await File.ReadAllTextAsync(Path.Combine(Repository.Root, "controller/components", component, "role.yaml"), Ct))
            .Replace("- kind: ServiceAccount\n  name: external-secrets\n", $"- kind: ServiceAccount\n  name: {Account}\n", StringComparison.Ordinal);

    private static string Workload(string ns) => $"""
        apiVersion: apps/v1
        kind: StatefulSet
        metadata:
          name: app
          namespace: {ns}
          annotations:
            reloader.stakater.com/auto: "true"
        spec:
          serviceName: none
          selector:
            matchLabels:
              a: b
          template:
            metadata:
              labels:
                a: b
            spec:
              containers:
              - name: main
                image: app
                envFrom:
                - configMapRef:
                    name: settings
        """;

    private static Task SettingsAsync(AdminKubectl kubectl, string ns, string level) => RealReload.ApplyAsync(kubectl, $"""
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: settings
          namespace: {ns}
        data:
          level: {level}
        """);

    private static async Task<bool> RecordedAsync(AdminKubectl kubectl, string ns) =>
        (await AppAsync(kubectl, ns)).GetProperty("metadata").GetProperty("annotations").TryGetProperty(AnnotationNames.Record, out JsonElement record)
        && record.GetString()!.Contains("CONFIGMAP/settings", StringComparison.Ordinal);

    private static async Task<bool> RolledAsync(AdminKubectl kubectl, string ns) =>
        (await AppAsync(kubectl, ns)).GetProperty("spec").GetRawText().Contains("STAKATER_SETTINGS_CONFIGMAP", StringComparison.Ordinal);

    private static Task<JsonElement> AppAsync(AdminKubectl kubectl, string ns) => kubectl.GetAsync("statefulset/app", "-n", ns);
}
