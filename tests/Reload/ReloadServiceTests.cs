using System.Text.Json.Nodes;
using CsiSecrets.Reload;
using CsiSecrets.Tests.Fakes;
using CsiSecrets.Tests.Harness;

namespace CsiSecrets.Tests.Reload;

/// <summary>Rolling restarts over an API server: what is written, how often, and what never is.</summary>
public sealed class ReloadServiceTests
{
    // Reloader's own hash of password=two, by another implementation of SHA-512/256.
    private const string Two = "8208188423fbb97c7bba444290e4108356694de9cac647e8999c7f097a3a0f13";

    [Fact]
    public async Task FirstSight_IsABaselineOutsideThePodTemplate()
    {
        await using ReloadUnderTest test = await ReloadUnderTest.StartAsync();
        await test.RecordedAsync();

        await test.PassAsync(10);

        Assert.Equal(1, test.Patches());
        Assert.Empty(test.Mark());
        Assert.Null(test.Api.Get("deployments", ReloadUnderTest.Ns, "app")!["spec"]!["template"]!["metadata"]!["annotations"]);
        Assert.Empty(test.Events());
    }

    [Fact]
    public async Task AChangedSecret_RollsOnce_MarkedAsReloaderMarks_AndTells()
    {
        await using ReloadUnderTest test = await ReloadUnderTest.StartAsync();
        await test.RecordedAsync();

        test.Secret("two");
        await test.PassUntilAsync(() => test.Mark().Length > 0, "the mark");
        await test.PassUntilAsync(() => test.Events().Count > 0, "the event");
        await test.PassAsync(20);

        Assert.Equal(Two, test.Mark());
        Assert.Equal(2, test.Patches());
        Assert.Equal(
            ["Normal Reloaded Changes detected in 'app-db' of type 'SECRET' in namespace 'shop', Updated 'app' of type 'Deployment' in namespace 'shop'"],
            test.Events());
        Assert.Contains("reloader_reload_executed_total{success=\"true\"} 1", test.Meters.Expose(), StringComparison.Ordinal);
        Assert.Contains("reloader_reload_executed_total_by_namespace{success=\"true\",namespace=\"shop\"} 1", test.Meters.Expose(), StringComparison.Ordinal);
        Assert.Matches("(?m)^reloader_reconcile_total{result=\"success\"} [1-9]", test.Meters.Expose());
        await Wait.UntilAsync(() => test.Meters.Expose().Contains("\nreloader_workqueue_depth 0\n", StringComparison.Ordinal), "an empty line");
    }

    [Fact]
    public async Task ManyChangesWithinTheWindow_AreOneRollout()
    {
        await using ReloadUnderTest test = await ReloadUnderTest.StartAsync();
        await test.RecordedAsync();
        int received = test.Received("secrets");

        for (int i = 0; i < 20; i++)
        {
            test.Secret($"value {i}");
        }

        test.Secret("two");

        // The clock is the test's: all must have arrived before it moves, or the window of the first ones is over.
        await test.UntilAsync(() => test.Received("secrets") == received + 21, "all changes");
        await test.PassUntilAsync(() => test.Mark() == Two, "the last value's mark");
        await test.PassAsync(20);

        Assert.Equal(2, test.Patches());
    }

    [Fact]
    public async Task ARestart_WritesNothing()
    {
        await using ReloadUnderTest test = await ReloadUnderTest.StartAsync(t => t.Options.OnCreate = true);
        await test.RecordedAsync();
        test.Secret("two");
        await test.PassUntilAsync(() => test.Mark() == Two, "the mark");

        await test.RestartAsync();
        await test.PassAsync(20);

        Assert.Equal(2, test.Patches());
        Assert.Equal(1, test.Api.Count("create", "secrets"));
    }

    [Fact]
    public async Task AChangeWhileNobodyLooked_IsCaughtOnStart()
    {
        await using ReloadUnderTest test = await ReloadUnderTest.StartAsync();
        await test.RecordedAsync();

        await test.RestartAsync(() => test.Secret("two"));
        await test.UntilAsync(() => test.Mark() == Two, "the mark");
    }

    [Fact]
    public async Task ALostKey_IsANewBaseline()
    {
        await using ReloadUnderTest test = await ReloadUnderTest.StartAsync();
        await test.RecordedAsync();
        string before = test.Record();

        await test.RestartAsync(() =>
        {
            test.Api.Delete("secrets", "external-secrets", test.Options.KeyName);
            test.Secret("two");
        });
        await test.UntilAsync(() => test.Record() != before, "another record");
        await test.PassAsync(10);

        Assert.Empty(test.Mark());
    }

    [Fact]
    public async Task AnEarlierRevisionBroughtBack_IsNotRolledOnceMore()
    {
        await using ReloadUnderTest test = await ReloadUnderTest.StartAsync();
        await test.RecordedAsync();
        JsonObject first = test.Api.Get("deployments", ReloadUnderTest.Ns, "app")!;
        test.Secret("two");
        await test.PassUntilAsync(() => test.Mark() == Two, "the mark");
        string record = test.Record();

        first["metadata"]!.AsObject().Remove("resourceVersion");
        test.Api.Put("deployments", first.ToJsonString());
        await test.PassUntilAsync(() => test.Record() == record, "the record again");
        await test.PassAsync(10);

        Assert.Empty(test.Mark());
    }

    [Fact]
    public async Task AConflict_IsTriedAgainAndNoEvent()
    {
        await using ReloadUnderTest test = await ReloadUnderTest.StartAsync();
        await test.RecordedAsync();
        int left = 2;
        test.Api.Fault = route => route is { Verb: "patch", Resource: "deployments" } && Interlocked.Decrement(ref left) >= 0
            ? new FakeKubeApiFault { Code = 409 }
            : null;

        test.Secret("two");
        await test.PassUntilAsync(() => test.Mark() == Two, "the mark");

        Assert.DoesNotContain(test.Events(), static e => e.Contains("ReloadFail", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ARefusedPatch_IsAnEvent_AndTriedAgain()
    {
        await using ReloadUnderTest test = await ReloadUnderTest.StartAsync();
        await test.RecordedAsync();
        test.Api.Fault = static route => route is { Verb: "patch", Resource: "deployments" } ? new FakeKubeApiFault { Code = 403 } : null;
        test.Secret("two");
        await test.PassUntilAsync(() => test.Events().Any(static e => e.StartsWith("Warning ReloadFail Update for 'app'", StringComparison.Ordinal)), "the event");

        test.Api.Fault = static _ => null;
        await test.PassUntilAsync(() => test.Mark() == Two, "the mark");
    }

    [Fact]
    public async Task PodStatuses_TheNewestChangeCounts_AndNoOlderOneEver()
    {
        await using ReloadUnderTest test = await ReloadUnderTest.StartAsync(t =>
        {
            t.Put("deployments", "app", """
                spec: {template: {metadata: {labels: {a: b}}, spec: {containers: [{name: main, image: app, volumeMounts: [{name: s, mountPath: /s}]}],
                  volumes: [{name: s, csi: {driver: secrets-store.csi.k8s.io, volumeAttributes: {secretProviderClass: db}}}]}}}
                """);
            t.Status("p1", "v1");
            t.Status("p2", "v1");
        });
        const string Class = "STAKATER_DB_SECRETPROVIDERCLASS";
        await test.RecordedAsync();

        test.Status("p1", "v2");
        await test.PassUntilAsync(() => test.Mark(Class).Length > 0, "the mark");
        string second = test.Mark(Class);
        test.Status("p2", "v2");
        test.Status("p3", "v2");
        await test.PassAsync(10);
        test.Api.Delete("secretproviderclasspodstatuses", ReloadUnderTest.Ns, "p1-db");
        test.Status("late", "v1");
        await test.PassAsync(10);
        await test.RestartAsync(() => test.Api.Delete("secretproviderclasspodstatuses", ReloadUnderTest.Ns, "p3-db"));
        await test.PassAsync(10);

        Assert.Equal(second, test.Mark(Class));
        Assert.Equal(2, test.Patches());

        test.Status("p2", "v3");
        await test.PassUntilAsync(() => test.Mark(Class) != second, "the next mark");
        test.Status("p2", "v2");
        await test.PassUntilAsync(() => test.Mark(Class) == second, "the secret turned back, seen as it happened");
    }

    [Fact]
    public async Task ACronJob_RunsOnceNow()
    {
        await using ReloadUnderTest test = await ReloadUnderTest.StartAsync(static t => t.Workload("cronjobs", name: "nightly"));
        await test.RecordedAsync("cronjobs", "nightly");

        test.Secret("two");
        await test.PassUntilAsync(() => test.Api.All("jobs").Count > 0, "the Job");
        await test.PassAsync(20);

        JsonObject job = Assert.Single(test.Api.All("jobs"));
        Assert.StartsWith("nightly-", (string)job["metadata"]!["name"]!, StringComparison.Ordinal);
        Assert.Equal("manual", (string?)job["metadata"]!["annotations"]!["cronjob.kubernetes.io/instantiate"]);
        Assert.Equal("cron", (string?)job["metadata"]!["labels"]!["of"]);
        Assert.Equal("CronJob batch/v1beta1 nightly", $"{job["metadata"]!["ownerReferences"]![0]!["kind"]} {job["metadata"]!["ownerReferences"]![0]!["apiVersion"]} {job["metadata"]!["ownerReferences"]![0]!["name"]}");
        Assert.Equal("app", (string?)job["spec"]!["template"]!["spec"]!["containers"]![0]!["image"]);
    }

    [Fact]
    public async Task AJob_IsMadeAnew_WithItsRecord()
    {
        await using ReloadUnderTest test = await ReloadUnderTest.StartAsync(static t => t.Put(
            "jobs",
            "once",
            """
            spec: {selector: {matchLabels: {controller-uid: x}}, template: {metadata: {labels: {a: b, controller-uid: x, job-name: once}},
              spec: {containers: [{name: main, image: app, envFrom: [{secretRef: {name: app-db}}]}]}}}
            """,
            "reloader.stakater.com/auto: 'true'"));
        await test.RecordedAsync("jobs", "once");
        string uid = (string)test.Api.Get("jobs", ReloadUnderTest.Ns, "once")!["metadata"]!["uid"]!;

        test.Secret("two");
        await test.PassUntilAsync(() => test.Mark(resource: "jobs", name: "once") == Two, "the new Job's mark");
        await test.PassAsync(20);

        JsonObject job = test.Api.Get("jobs", ReloadUnderTest.Ns, "once")!;
        Assert.NotEqual(uid, (string)job["metadata"]!["uid"]!);
        Assert.Null(job["spec"]!["selector"]);
        Assert.Equal("""{"a":"b"}""", job["spec"]!["template"]!["metadata"]!["labels"]!.ToJsonString());
        Assert.Equal(1, test.Api.Count("delete", "jobs"));
    }

    [Fact]
    public async Task APausePeriod_RestsAndResumes_AlsoAcrossARestart()
    {
        await using ReloadUnderTest test = await ReloadUnderTest.StartAsync(static t => t.Deployment(
            "reloader.stakater.com/auto: 'true', deployment.reloader.stakater.com/pause-period: 5m"));
        await test.RecordedAsync();
        bool Paused() => (bool?)test.Api.Get("deployments", ReloadUnderTest.Ns, "app")!["spec"]!["paused"] == true;

        test.Secret("two");
        await test.PassUntilAsync(Paused, "the pause");
        test.Secret("three");
        await test.PassUntilAsync(() => test.Mark() != Two, "the second change's mark");
        await test.PassAsync(60);
        await test.RestartAsync();
        await test.PassAsync(60);

        Assert.True(Paused());
        await test.PassUntilAsync(() => !Paused(), "the end of the pause");
        Assert.Null(test.Api.Get("deployments", ReloadUnderTest.Ns, "app")!["metadata"]!["annotations"]!["deployment.reloader.stakater.com/paused-at"]);
    }

    [Fact]
    public async Task OnlySecretsWrittenHere_AreFollowedByDefault()
    {
        await using ReloadUnderTest test = await ReloadUnderTest.StartAsync(static t =>
        {
            t.Options.AllSources = false;
            t.Put("secrets", "ours", "data: {password: b25l}");
            t.Api.Put("secrets", """{"metadata":{"namespace":"shop","name":"ours","labels":{"reconcile.external-secrets.io/managed":"true"}},"data":{"password":"b25l"}}""");
            t.Deployment(name: "other", secret: "ours");
        });
        await test.UntilAsync(() => test.Record(name: "other").Contains("ours", StringComparison.Ordinal), "the record of ours");

        test.Secret("two");
        test.Api.Put("secrets", """{"metadata":{"namespace":"shop","name":"ours","labels":{"reconcile.external-secrets.io/managed":"true"}},"data":{"password":"dHdv"}}""");
        await test.PassUntilAsync(() => test.Mark("STAKATER_OURS_SECRET", name: "other") == Two, "the mark");

        Assert.Empty(test.Mark());
        Assert.Equal(0, test.Api.Count("list", "configmaps"));
    }

    [Fact]
    public async Task ARecord_HoldsNoHashThatCanBeGuessed()
    {
        await using ReloadUnderTest test = await ReloadUnderTest.StartAsync();
        await test.RecordedAsync();
        string first = test.Record();

        await using ReloadUnderTest other = await ReloadUnderTest.StartAsync();
        await other.RecordedAsync();

        Assert.Contains("SECRET/app-db", first, StringComparison.Ordinal);
        Assert.NotEqual(JsonNode.Parse(first)!["seen"]!.ToJsonString(), JsonNode.Parse(other.Record())!["seen"]!.ToJsonString());
        Assert.DoesNotContain(test.Logs.GetSnapshot(), static l => l.Message.Contains("one", StringComparison.Ordinal) && l.Message.Contains("password", StringComparison.Ordinal));
        Assert.Equal("reload.csi-secrets/seen", AnnotationNames.Record);
    }

    [Fact]
    public async Task WithoutAsking_TheRecordGoesAway()
    {
        await using ReloadUnderTest test = await ReloadUnderTest.StartAsync();
        await test.RecordedAsync();

        test.Deployment("reloader.stakater.com/auto: 'false'");
        await test.PassUntilAsync(() => test.Record().Length == 0, "no record");
        int received = test.Received("secrets");
        test.Secret("two");
        await test.UntilAsync(() => test.Received("secrets") == received + 1, "the change");
        await test.PassAsync(10);
        test.Deployment("reloader.stakater.com/auto: 'true'");
        await test.PassUntilAsync(() => test.Record().Length > 0, "a new baseline");
        await test.PassAsync(10);

        Assert.Empty(test.Mark());
    }
}
