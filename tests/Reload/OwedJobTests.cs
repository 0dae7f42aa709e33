using System.Text.Json.Nodes;
using CsiSecrets.Tests.Fakes;

namespace CsiSecrets.Tests.Reload;

/// <summary>A Job that is deleted to be made anew comes back, whatever happens in between.</summary>
public sealed class OwedJobTests
{
    private const string Job = "once";

    [Fact]
    public async Task AnAnswerToTheDeletionThatIsLost_LosesNoJob()
    {
        await using ReloadUnderTest test = await StartAsync();
        int left = 1;
        test.Api.Fault = route => route is { Verb: "delete", Resource: "jobs" } && Interlocked.Decrement(ref left) >= 0 ? new FakeKubeApiFault { Cut = true } : null;

        test.Secret("two");
        await test.PassUntilAsync(() => test.Mark(resource: "jobs", name: Job).Length > 0, "the new Job");
        await test.PassUntilAsync(() => Kept(test) == 0, "nothing owed");
        string uid = Uid(test);
        await test.PassAsync(60);

        Assert.Equal(uid, Uid(test));
    }

    [Fact]
    public async Task AControllerThatEndsInBetween_LeavesItToTheNextOne()
    {
        await using ReloadUnderTest test = await StartAsync();
        test.Api.Fault = static route => route is { Verb: "create", Resource: "jobs" } ? new FakeKubeApiFault { Code = 503 } : null;
        test.Secret("two");
        await test.PassUntilAsync(() => test.Api.Get("jobs", ReloadUnderTest.Ns, Job) is null, "the deletion");
        Assert.Equal(1, Kept(test));

        // The first one tries ten times before it lets go.
        await test.PassUntilAsync(() => test.Api.Count("create", "jobs") >= 10, "its attempts");
        await test.RestartAsync(() => test.Api.Fault = static _ => null);
        await test.UntilAsync(() => test.Mark(resource: "jobs", name: Job).Length > 0, "the Job by the next one");
        await test.UntilAsync(() => Kept(test) == 0, "nothing owed");
        string uid = Uid(test);
        await test.PassAsync(20);

        Assert.Equal(uid, Uid(test));
    }

    [Fact]
    public async Task AJobThatSomebodyElseMadeMeanwhile_IsLeftAlone()
    {
        await using ReloadUnderTest test = await StartAsync();
        test.Api.Fault = static route => route is { Verb: "create", Resource: "jobs" } ? new FakeKubeApiFault { Code = 503 } : null;
        test.Secret("two");
        await test.PassUntilAsync(() => test.Api.Get("jobs", ReloadUnderTest.Ns, Job) is null, "the deletion");

        await test.RestartAsync(() =>
        {
            test.Api.Fault = static _ => null;
            Seed(test);
        });
        await test.UntilAsync(() => Kept(test) == 0, "nothing owed");
        await test.PassAsync(20);

        Assert.Empty(test.Mark(resource: "jobs", name: Job));
    }

    private static async Task<ReloadUnderTest> StartAsync()
    {
        ReloadUnderTest test = await ReloadUnderTest.StartAsync(Seed);
        await test.RecordedAsync("jobs", Job);
        return test;
    }

    private static void Seed(ReloadUnderTest test) => test.Put(
        "jobs",
        Job,
        "spec: {template: {metadata: {labels: {a: b}}, spec: {containers: [{name: main, image: app, envFrom: [{secretRef: {name: app-db}}]}]}}}",
        "reloader.stakater.com/auto: 'true'");

    /// <summary>Jobs that are kept until they are back.</summary>
    private static int Kept(ReloadUnderTest test) =>
        test.Api.All("secrets").Count(static s => ((JsonObject?)s["metadata"]!["labels"])?.ContainsKey("reload.csi-secrets/job") == true);

    private static string Uid(ReloadUnderTest test) => (string)test.Api.Get("jobs", ReloadUnderTest.Ns, Job)!["metadata"]!["uid"]!;
}
