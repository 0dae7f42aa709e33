using System.Text.Json.Nodes;
using CsiSecrets.Tests.Fakes;
using CsiSecrets.Tests.Harness;

namespace CsiSecrets.Tests.Volumes;

/// <summary><c>--wait-for-mirror</c>: the first publish waits for the class's status, never for long, and never fails because of it.</summary>
public sealed class MirrorWaitTests : IAsyncLifetime
{
    private const string Ns = "shop";

    /// <summary>Beyond what passes while a loaded machine answers a call: whoever answers before it did not merely run out of time.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(10);

    private TimeSpan wait = Long;
    private NodeUnderTest node = null!;

    public async ValueTask InitializeAsync()
    {
        node = await NodeUnderTest.StartAsync(new NodeSetup
        {
            Options = o =>
            {
                o.WaitForMirror = wait;
                o.Volumes.CallTimeout = 2 * Long;
            },
        });
        node.Secrets.Put("db", "first");
        Class("db-secret", "other");
    }

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Fact]
    public async Task SecretsNotThereYet_PodStatusIsWrittenAndTheAnswerComesWithTheLastOfThem()
    {
        PodUnderTest pod = node.Pod(Ns, "web", "creds");
        Task publish = await HeldAsync(pod);

        Status(("db-secret", ""));
        await SeenAsync();
        Assert.False(publish.IsCompleted);
        Status(("db-secret", ""), ("other", ""));

        await AnswersAsync(publish);
        Assert.Equal("first", pod.Read("db"));
    }

    [Fact]
    public async Task FlagLeftOut_AnswersAtOnce()
    {
        await RestartAsync(TimeSpan.Zero);

        await node.Pod(Ns, "web", "creds").PublishAsync(); // the clock stands still
    }

    [Fact]
    public async Task ClassWithoutSecretObjects_AnswersAtOnceAndBeforeThePodStatus()
    {
        node.Cluster.Class(Ns, "plain", "db");
        node.Api.Fault = static r => r is { Verb: "create", Resource: "secretproviderclasspodstatuses" } ? new FakeKubeApiFault { Code = 500 } : null;

        PodUnderTest pod = node.Pod(Ns, "web", "plain");
        await pod.PublishAsync();

        Assert.Null(node.Cluster.Status(pod));
    }

    [Fact]
    public async Task SecretsThereAlready_AnswersOnceThePodStatusIsWritten()
    {
        Status(("db-secret", ""), ("other", ""));
        var hold = new TaskCompletionSource();
        node.Api.Fault = r => r is { Verb: "create", Resource: "secretproviderclasspodstatuses" } ? new FakeKubeApiFault { Hold = hold.Task } : null;
        PodUnderTest pod = node.Pod(Ns, "web", "creds");
        Task publish = pod.PublishAsync();
        await Wait.UntilAsync(() => node.Api.Count("create", "secretproviderclasspodstatuses") == 1, "the pod status is about to be written");
        Assert.False(publish.IsCompleted);

        hold.SetResult();

        await AnswersAsync(publish);
        Assert.NotNull(node.Cluster.Status(pod));
    }

    [Theory]
    [InlineData("an error", 0)]
    [InlineData("", -1)]
    public async Task StatusWithAnErrorOrOfAnEarlierGeneration_IsNoAnswerAndThePodStartsWhenTheTimeIsOver(string error, long generation)
    {
        await RestartAsync(Short);
        Status(generation, ("db-secret", ""), ("other", error));
        PodUnderTest pod = node.Pod(Ns, "web", "creds");
        Task publish = await HeldAsync(pod);

        Assert.True(await node.PassWhileAsync(publish, Long) >= Short);
        await publish;
        Assert.Equal("first", pod.Read("db"));
    }

    [Fact]
    public async Task ClassEditedWhileItWaits_SecretsOfTheNewClassCount()
    {
        PodUnderTest pod = node.Pod(Ns, "web", "creds");
        Task publish = await HeldAsync(pod);

        Class("db-secret");
        Status(("db-secret", ""));

        await AnswersAsync(publish);
    }

    [Fact]
    public async Task PodStatusCannotBeWritten_ThePodStartsWhenTheTimeIsOver()
    {
        await RestartAsync(Short);
        node.Api.Fault = static r => r is { Verb: "create", Resource: "secretproviderclasspodstatuses" } ? new FakeKubeApiFault { Code = 500 } : null;
        Status(("db-secret", ""), ("other", ""));

        Task publish = node.Pod(Ns, "web", "creds").PublishAsync();

        Assert.True(await node.PassWhileAsync(publish, Long) >= Short);
        await publish;
    }

    [Fact]
    public async Task Republish_NeverWaits()
    {
        Status(("db-secret", ""), ("other", ""));
        PodUnderTest pod = node.Pod(Ns, "web", "creds");
        Task publish = pod.PublishAsync();
        await AnswersAsync(publish);
        Status(("db-secret", "an error"));
        await SeenAsync();

        await pod.PublishAsync(); // the clock stands still
    }

    /// <summary>A publish that has come to its wait: its pod's status is there, and it has not answered.</summary>
    private async Task<Task> HeldAsync(PodUnderTest pod)
    {
        Task publish = pod.PublishAsync();
        await Wait.UntilAsync(() => node.Cluster.Status(pod) is not null, "the pod status");
        await SeenAsync();
        Assert.False(publish.IsCompleted);
        return publish;
    }

    private async Task AnswersAsync(Task publish)
    {
        await node.PassWhileAsync(publish, Long - TimeSpan.FromMinutes(1));
        await publish;
    }

    private Task RestartAsync(TimeSpan flag)
    {
        wait = flag;
        return node.RestartAsync();
    }

    private Task SeenAsync() => node.SeesClassAsync(Ns, "creds");

    private void Class(params string[] secrets)
    {
        node.Cluster.Class(Ns, "creds", "db");
        JsonObject made = node.Api.Get("secretproviderclasses", Ns, "creds")!;
        made["spec"]!["secretObjects"] = new JsonArray([.. secrets.Select(s => (JsonNode)new JsonObject
        {
            ["secretName"] = s,
            ["type"] = "Opaque",
            ["data"] = new JsonArray(new JsonObject { ["objectName"] = "db", ["key"] = "pw" }),
        })]);
        node.Api.Put("secretproviderclasses", made.ToJsonString());
    }

    private void Status(params (string Secret, string Error)[] entries) => Status(0, entries);

    /// <summary>The class's status, as the controller writes it for the class as it is now, or was some editions ago.</summary>
    private void Status(long generation, params (string Secret, string Error)[] entries)
    {
        JsonObject made = node.Api.Get("secretproviderclasses", Ns, "creds")!;
        made["status"] = new JsonObject
        {
            ["observedGeneration"] = (long)made["metadata"]!["generation"]! + generation,
            ["secretObjects"] = new JsonArray([.. entries.Select(e => (JsonNode)new JsonObject { ["secretName"] = e.Secret, ["hash"] = "00", ["error"] = e.Error })]),
        };
        node.Api.Put("secretproviderclasses", made.ToJsonString());
    }
}
