using System.Net;
using System.Text.Json.Nodes;
using CsiSecrets.Tests.Harness;
using CsiSecrets.Tests.Volumes;

namespace CsiSecrets.Tests.InPlace;

/// <summary>The whole node with in-place reload switched on, and an application at the other end.</summary>
public abstract class NoticeSetup : IAsyncLifetime
{
    private protected static readonly TimeSpan Soon = TimeSpan.FromMinutes(1);

    private protected Application App { get; } = new();

    /// <summary>Where connections were made to.</summary>
    private protected List<IPEndPoint> Dialled { get; } = [];

    private protected NodeUnderTest Node { get; private set; } = null!;

    private protected string Owed => Node.Folder["state/notices"];

    public async ValueTask InitializeAsync() => Node = await StartAsync(new NodeSetup { Options = static o => o.InPlace.Enabled = true });

    public async ValueTask DisposeAsync()
    {
        await Node.DisposeAsync();
        await App.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected async Task<NodeUnderTest> StartAsync(NodeSetup setup)
    {
        NodeUnderTest started = await Breakage.NodeAsync(setup);
        started.Cluster.Class("shop", "creds", "db", ("rotationPollInterval", "20s"));
        await started.SeesClassAsync("shop", "creds");
        // A call has two seconds of the test's time, but takes real time.
        started.Settled = () => started.Engine.Notices is not { Telling: > 0 } || App is { Answer: null, InFlight.Now: > 0 };
        started.DialPod = (to, token) =>
        {
            lock (Dialled)
            {
                Dialled.Add(to);
            }

            return App.DialAsync(to, token);
        };
        return started;
    }

    private protected async Task<PodUnderTest> PublishedAsync(
        string name, string annotation = "POST :8080/-/reload", string status = """{"phase":"Running","podIP":"10.1.2.3"}""", string deleted = "")
    {
        PodUnderTest pod = Pod(Node, name, annotation, status, deleted);
        await pod.PublishAsync();
        return pod;
    }

    private protected static PodUnderTest Pod(
        NodeUnderTest of, string name, string annotation = "POST :8080/-/reload", string status = """{"phase":"Running","podIP":"10.1.2.3"}""", string deleted = "")
    {
        PodUnderTest pod = of.Pod("shop", name, "creds");
        of.Api.Edit("pods", "shop", name, there =>
        {
            there["status"] = JsonNode.Parse(status);
            if (annotation.Length > 0)
            {
                there["metadata"]!["annotations"] = new JsonObject { ["secrets-store.csi.k8s.io/reload-http"] = annotation };
            }

            if (deleted.Length > 0)
            {
                there["metadata"]!["deletionTimestamp"] = deleted;
            }
        });
        return pod;
    }

    private protected void Status(string name, string status) => Node.Api.Edit("pods", "shop", name, there => there["status"] = JsonNode.Parse(status));

    private protected Task ToldAsync(int requests) => UntilAsync(Node, () => App.Requests.Count >= requests, $"{requests} requests");

    private protected Task SettledAsync() => UntilAsync(Node, () => Directory.GetFiles(Owed).Length == 0, "the end of what is owed");

    /// <summary>Passes time until something is so. The bound is real time: a watch's event takes some of it, on a busy machine more than the clock's seconds.</summary>
    private protected static async Task UntilAsync(NodeUnderTest of, Func<bool> condition, string what)
    {
        long began = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Wait.Patience, $"still waiting for: {what}");
            await of.PassAsync(TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
