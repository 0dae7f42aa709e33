using System.Text.Json;
using System.Text.Json.Nodes;
using CsiSecrets.Kube;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Reload;
using CsiSecrets.Reload.Decisions;
using CsiSecrets.Reload.Workloads;
using CsiSecrets.Tests.Kube;
using CsiSecrets.Tests.Manifests;

namespace CsiSecrets.Tests.Reload;

/// <summary>Rolling restarts against a server that is not ours, as the ServiceAccount and with the rights of <c>controller/rendered/reloader.yaml</c>.</summary>
public sealed class RealServerReloadTests(RealApiServer server) : IClassFixture<RealApiServer>
{
    private const string Template =
        """{"metadata":{"labels":{"a":"b"}},"spec":{"restartPolicy":"POLICY","containers":[{"name":"main","image":"app","envFrom":[{"secretRef":{"name":"db"}}]}]}}""";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WorkloadsOfEveryKind_AreRolledOnce_AndABaselineLeavesTheSpecAsItWas()
    {
        Assert.SkipWhen(server.Missing.Length > 0, server.Missing);
        var kubectl = new AdminKubectl(server);
        await kubectl.ApplyAsync("controller/rendered/reloader.yaml");
        await SecretAsync(kubectl, "one");
        foreach (string kind in (string[])["Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob"])
        {
            await RealReload.ApplyAsync(kubectl, Manifest(kind));
        }

        string deployment = Spec(await kubectl.GetAsync("deployment/app"));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        using KubeHttp http = await RealReload.ConnectAsync(server);
        Task running = RealReload.Start(http, stop.Token);
        string[] all = ["deployment/app", "statefulset/app", "daemonset/app", "job/app", "cronjob/app"];
        await RealReload.UntilAsync(async () => (await Task.WhenAll(all.Select(w => RecordAsync(kubectl, w)))).All(static r => r.Length > 0), "a record on each");

        // A Deployment's generation counts annotations too: its spec says whether anything is rolled.
        Assert.Equal(deployment, Spec(await kubectl.GetAsync("deployment/app")));
        Assert.Equal(1, Generation(await kubectl.GetAsync("statefulset/app")));
        string job = Uid(await kubectl.GetAsync("job/app"));

        await SecretAsync(kubectl, "two");
        await RealReload.UntilAsync(async () => (await Task.WhenAll(all.Take(4).Select(w => MarkAsync(kubectl, w)))).All(static m => m.Length == 64), "a mark on each");
        await RealReload.UntilAsync(async () => (await kubectl.GetAsync("jobs")).GetProperty("items").GetArrayLength() == 2, "the CronJob's run");

        Assert.NotEqual(job, Uid(await kubectl.GetAsync("job/app")));
        Assert.Equal(2, Generation(await kubectl.GetAsync("statefulset/app")));
        await RealReload.UntilAsync(async () => (await EventsAsync(kubectl)).Count(static e => e.StartsWith("Reloaded", StringComparison.Ordinal)) >= 5, "the events");

        await stop.CancelAsync();
        await running;
        Assert.Equal(
            ["Reloaded CronJob", "Reloaded DaemonSet", "Reloaded Deployment", "Reloaded Job", "Reloaded StatefulSet"],
            (await EventsAsync(kubectl)).Order(StringComparer.Ordinal));
    }

    /// <summary>A kind as Argo has it, of which this server knows no more than that: Argo itself is not there.</summary>
    private const string RolloutKind = """
        {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"rollouts.argoproj.io"},
         "spec":{"group":"argoproj.io","scope":"Namespaced","names":{"plural":"rollouts","singular":"rollout","kind":"Rollout","listKind":"RolloutList"},
          "versions":[{"name":"v1alpha1","served":true,"storage":true,"subresources":{"status":{}},
           "schema":{"openAPIV3Schema":{"type":"object","properties":{
            "spec":{"type":"object","x-kubernetes-preserve-unknown-fields":true},"status":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}}}]}}
        """;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ArgoRollouts_AreRestartedOrGivenAnotherTemplate_AsTheirAnnotationSays(bool byAnnotation)
    {
        Assert.SkipWhen(server.Missing.Length > 0, server.Missing);
        var kubectl = new AdminKubectl(server);
        await kubectl.ApplyAsync("controller/rendered/reloader.yaml");
        await RealReload.ApplyAsync(kubectl, RolloutKind);
        await kubectl.RunAsync("wait", "--for=condition=Established", "crd/rollouts.argoproj.io", "--timeout=60s");
        string restarted = $"rollout/restarted-{byAnnotation}".ToLowerInvariant(), templated = $"rollout/templated-{byAnnotation}".ToLowerInvariant();
        await SecretAsync(kubectl, $"first-{byAnnotation}");
        await RealReload.ApplyAsync(kubectl, Rollout(restarted, "restart"));
        await RealReload.ApplyAsync(kubectl, Rollout(templated, "rollout"));
        (string restartedBefore, string templatedBefore) = (Spec(await kubectl.GetAsync(restarted)), Spec(await kubectl.GetAsync(templated)));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        using KubeHttp http = await RealReload.ConnectAsync(server);
        Task running = RealReload.Start(http, stop.Token, o => o.ByAnnotation = byAnnotation);
        await RealReload.UntilAsync(async () => (await RecordAsync(kubectl, restarted)).Length > 0 && (await RecordAsync(kubectl, templated)).Length > 0, "a record on each");
        Assert.Equal((restartedBefore, templatedBefore), (Spec(await kubectl.GetAsync(restarted)), Spec(await kubectl.GetAsync(templated))));

        await SecretAsync(kubectl, $"second-{byAnnotation}");
        await RealReload.UntilAsync(async () => Spec(await kubectl.GetAsync(restarted)) != restartedBefore && Spec(await kubectl.GetAsync(templated)) != templatedBefore, "both rolled");
        await stop.CancelAsync();
        await running;

        // One is asked to restart, and its template is as it was; the other has another template, and is not asked.
        JsonObject one = JsonNode.Parse(Spec(await kubectl.GetAsync(restarted)))!.AsObject(), two = JsonNode.Parse(Spec(await kubectl.GetAsync(templated)))!.AsObject();
        Assert.True(DateTimeOffset.TryParse((string)one["restartAt"]!, System.Globalization.CultureInfo.InvariantCulture, out _));
        one.Remove("restartAt");
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(restartedBefore), one));
        Assert.False(two.ContainsKey("restartAt"));
        JsonNode template = two["template"]!;
        Assert.Equal(!byAnnotation, (string?)template["spec"]!["containers"]![0]!["env"]?[0]!["name"] == "STAKATER_DB_SECRET");
        Assert.Equal(byAnnotation, ((string?)template["metadata"]!["annotations"]?[AnnotationNames.LastReloadedFrom])?.Contains("\"db\"", StringComparison.Ordinal) == true);
        Assert.Equal("50", (string?)two["strategy"]!["canary"]!["steps"]![0]!["setWeight"]!.ToString()); // what only Argo knows stays
    }

    [Theory]
    [InlineData("kube-apiserver")]
    [InlineData("etcd")]
    public async Task AServerThatIsKilledAndStartedAgain_WhatChangedIsRolledOnce_AndNothingElse(string component)
    {
        Assert.SkipWhen(server.Missing.Length > 0, server.Missing);
        var kubectl = new AdminKubectl(server);
        await kubectl.ApplyAsync("controller/rendered/reloader.yaml");
        string rolled = $"statefulset/rolled-{component}", calm = $"statefulset/calm-{component}";
        await SecretAsync(kubectl, "one", $"changed-{component}");
        await SecretAsync(kubectl, "one", $"calm-{component}");
        await RealReload.ApplyAsync(kubectl, Manifest("StatefulSet", $"rolled-{component}", $"changed-{component}"));
        await RealReload.ApplyAsync(kubectl, Manifest("StatefulSet", $"calm-{component}", $"calm-{component}"));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        using KubeHttp http = await RealReload.ConnectAsync(server);
        Task running = RealReload.Start(http, stop.Token);
        await RealReload.UntilAsync(async () => (await RecordAsync(kubectl, rolled)).Length > 0 && (await RecordAsync(kubectl, calm)).Length > 0, "a record on each");
        string before = (await kubectl.GetAsync(calm)).GetRawText();

        await server.KillAsync(component);
        await server.StartAgainAsync(component);
        await RealReload.UntilAsync(async () => (await kubectl.TryAsync("get", "--raw", "/readyz")).Code == 0, "the server again");
        await SecretAsync(kubectl, "two", $"changed-{component}");
        await RealReload.UntilAsync(async () => Generation(await kubectl.GetAsync(rolled)) == 2, "the rollout");
        await SecretAsync(kubectl, "three", $"changed-{component}");
        await RealReload.UntilAsync(async () => Generation(await kubectl.GetAsync(rolled)) > 2, "the next one");

        await stop.CancelAsync();
        await running;
        Assert.Equal(3, Generation(await kubectl.GetAsync(rolled)));
        Assert.Equal(before, (await kubectl.GetAsync(calm)).GetRawText());
    }

    [Fact]
    public async Task APatchOfAnOlderVersion_IsAConflictAndChangesNothing()
    {
        Assert.SkipWhen(server.Missing.Length > 0, server.Missing);
        var kubectl = new AdminKubectl(server);
        await RealReload.ApplyAsync(kubectl, Manifest("Deployment", "old"));
        using KubeHttp http = server.Admin();
        var client = new KubeClient(http, TimeProvider.System);
        ResourceType<Workload> type = ReloadTypes.Of(WorkloadKind.Deployment)[0];
        var options = new ReloadOptions();
        Workload workload = (await client.GetAsync(type, new ObjectKey("default", "old"), Ct))!;
        await kubectl.RunAsync("annotate", "deployment/old", "somebody=else");
        var decision = new ReloadDecision { Changes = [new SourceChange(workload.Pods.Sources.Single(), "hash", 0)], Record = "{}" };

        byte[] patch = new ReloadPatch(options).Roll(SeenWorkload.Of(WorkloadKind.Deployment, workload, options), decision, ReloadCase.Now);
        SecretsException e = await Assert.ThrowsAsync<SecretsException>(() => client.PatchAsync(type, workload.Key, PatchKind.Json, patch, Ct));

        Assert.Equal(FailureReason.KubernetesConflict, e.Reason);
        Assert.Empty(await MarkAsync(kubectl, "deployment/old"));
    }

    private static string Manifest(string kind, string name = "app", string secret = "db")
    {
        string template = Template.Replace("POLICY", kind is "Job" or "CronJob" ? "Never" : "Always", StringComparison.Ordinal)
            .Replace("\"db\"", $"\"{secret}\"", StringComparison.Ordinal);
        string spec = kind switch
        {
            "Job" => """{"template":""" + template + "}",
            "CronJob" => """{"schedule":"@yearly","jobTemplate":{"spec":{"template":""" + template + "}}}",
            "StatefulSet" => """{"serviceName":"x","selector":{"matchLabels":{"a":"b"}},"template":""" + template + "}",
            _ => """{"selector":{"matchLabels":{"a":"b"}},"template":""" + template + "}",
        };
        string version = kind switch { "Job" => "batch/v1", "CronJob" => "batch/v1beta1", _ => "apps/v1" };
        return $$$"""
            {"apiVersion":"{{{version}}}","kind":"{{{kind}}}","metadata":{"name":"{{{name}}}","namespace":"default",
             "annotations":{"reloader.stakater.com/auto":"true"}},
             "spec":{{{spec}}}
            """ + "}";
    }

    private static string Rollout(string name, string strategy) => $$$"""
        {"apiVersion":"argoproj.io/v1alpha1","kind":"Rollout","metadata":{"name":"{{{name["rollout/".Length..]}}}","namespace":"default",
         "annotations":{"reloader.stakater.com/auto":"true","reloader.stakater.com/rollout-strategy":"{{{strategy}}}"}},
         "spec":{"replicas":1,"strategy":{"canary":{"steps":[{"setWeight":50},{"pause":{}}]}},"selector":{"matchLabels":{"a":"b"}},
          "template":{{{Template.Replace("POLICY", "Always", StringComparison.Ordinal)}}}
        """ + "}}";

    private static Task SecretAsync(AdminKubectl kubectl, string password, string name = "db") => RealReload.ApplyAsync(kubectl, $$$"""
            {"apiVersion":"v1","kind":"Secret","metadata":{"name":"{{{name}}}","namespace":"default","labels":{"reconcile.external-secrets.io/managed":"true"}},
             "stringData":{"password":"{{{password}}}"}}
            """);

    private static string Uid(JsonElement one) => one.GetProperty("metadata").GetProperty("uid").GetString()!;

    private static async Task<IReadOnlyList<string>> EventsAsync(AdminKubectl kubectl) =>
        [.. (await kubectl.GetAsync("events")).GetProperty("items").EnumerateArray()
            .Where(static e => e.GetProperty("involvedObject").GetProperty("name").GetString() == "app")
            .Select(static e => $"{e.GetProperty("reason").GetString()} {e.GetProperty("involvedObject").GetProperty("kind").GetString()}")];

    private static string Spec(JsonElement one) => one.GetProperty("spec").GetRawText();

    private static long Generation(JsonElement one) => one.GetProperty("metadata").GetProperty("generation").GetInt64();

    private static async Task<string> RecordAsync(AdminKubectl kubectl, string what) =>
        (await kubectl.GetAsync(what)).GetProperty("metadata").GetProperty("annotations").TryGetProperty(AnnotationNames.Record, out JsonElement record) ? record.GetString()! : "";

    private static async Task<string> MarkAsync(AdminKubectl kubectl, string what)
    {
        (int code, string output, _) = await kubectl.TryAsync("get", "-o", "json", what);
        JsonArray? variables = code == 0 ? JsonNode.Parse(output)!["spec"]!["template"]!["spec"]!["containers"]![0]!["env"] as JsonArray : null;
        return (string?)variables?.FirstOrDefault(static v => (string?)v!["name"] == "STAKATER_DB_SECRET")?["value"] ?? "";
    }
}
