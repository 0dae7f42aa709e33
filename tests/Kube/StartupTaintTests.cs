using System.Text.Json.Nodes;
using CsiSecrets.Kube;
using CsiSecrets.Tests.Fakes;
using CsiSecrets.Tests.Harness;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Testing;

namespace CsiSecrets.Tests.Kube;

/// <summary>The startup taint goes, no other does, whatever else happens to the list; and what cannot be is told once.</summary>
public sealed class StartupTaintTests : IAsyncLifetime
{
    private const string Taint = "secrets-store.csi.k8s.io/agent-not-ready";

    private readonly SettableClock time = new(TimeProvider.System.GetUtcNow());
    private readonly FakeLogger log = new();
    private FakeKubeApi api = null!;
    private KubeHttp http = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        api = await FakeKubeApi.StartAsync(time);
        http = new KubeHttp(api.Connection(time), time, NullLogger<KubeHttp>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await api.DisposeAsync();
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("other", "other")]
    [InlineData(Taint, "")]
    [InlineData("other," + Taint + ",last", "other,last")]
    [InlineData(Taint + ",other," + Taint, "other")]
    public async Task Remove_TakesItsOwnAlone(string before, string after)
    {
        Put(before);
        await NewTaint(Taint).RemoveAsync(Stop);
        Assert.Equal(after, Now());
        Assert.Equal(before == after ? 0 : 1, Math.Sign(api.Count("patch", "nodes")));
    }

    [Fact]
    public async Task Remove_ListChangesBetweenReadAndWrite_IsReadAgain()
    {
        Put("first," + Taint);
        int reads = 0;
        api.Done = route =>
        {
            if (route is { Verb: "get", Resource: "nodes" } && ++reads == 1)
            {
                Put("new,first," + Taint); // in front: the index that was read is another's now
            }
        };
        Task removal = NewTaint(Taint).RemoveAsync(Stop);
        while (!removal.IsCompleted)
        {
            await Wait.UntilAsync(() => removal.IsCompleted || time.Sleepers > 0, "the removal, or its wait");
            time.Advance(TimeSpan.FromSeconds(1));
        }

        await removal;
        Assert.Equal("new,first", Now());
    }

    [Fact]
    public async Task Remove_Denied_IsToldAndNotTriedAgain()
    {
        Put(Taint);
        api.Fault = static r => r.Verb == "patch" ? new FakeKubeApiFault { Code = 403 } : null;
        await NewTaint(Taint).RemoveAsync(Stop);
        Assert.Equal(1, api.Count("patch", "nodes"));
        Assert.Contains(log.Collector.GetSnapshot(), l => l.Level == LogLevel.Error && l.Message.Contains(Taint, StringComparison.Ordinal));
    }

    [Fact]
    public void NoneNamed_NothingIsAsked()
    {
        Put(Taint);
        NewTaint("").Remove();
        Assert.Equal(0, api.Count("get", "nodes"));
    }

    private StartupTaint NewTaint(string taint) => new(new KubeClient(http, time), NodeUnderTest.NodeName, taint, time, log);

    private void Put(string keys) => api.Put("nodes", new JsonObject
    {
        ["metadata"] = new JsonObject { ["name"] = NodeUnderTest.NodeName },
        ["spec"] = new JsonObject
        {
            ["taints"] = new JsonArray([.. keys.Split(',', StringSplitOptions.RemoveEmptyEntries).Select((k, i) => new JsonObject { ["key"] = k, ["effect"] = i == 0 ? "NoExecute" : "NoSchedule" })]),
        },
    }.ToJsonString());

    private string Now() => string.Join(',', ((JsonArray?)api.Get("nodes", "", NodeUnderTest.NodeName)!["spec"]!["taints"] ?? []).Select(t => (string)t!["key"]!));
}
