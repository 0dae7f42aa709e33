using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using CsiSecrets.Csi;
using CsiSecrets.Csi.Wire;
using CsiSecrets.Hosting;
using CsiSecrets.Kube;
using CsiSecrets.Publishing;
using CsiSecrets.Telemetry;
using CsiSecrets.Tests.Fakes;
using CsiSecrets.Volumes;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;

namespace CsiSecrets.Tests.Harness;

/// <summary>
/// The node's real host on a real unix socket, with its real pipeline and its real client of a fake API server; fake are the mounts, the
/// provider (unless the setup says otherwise) and the clock. The test writes manifests (<see cref="Cluster"/>), plays the kubelet
/// (<see cref="PodUnderTest"/>) and passes time (<see cref="PassAsync"/>).
/// </summary>
internal sealed class NodeUnderTest : IAsyncDisposable
{
    public const string NodeName = "node-1";
    public const string FirstAudience = "sts.amazonaws.com";

    private readonly NodeSetup setup;
    private readonly ConcurrentStack<IDisposable> owned = new();
    private string bootId = Guid.NewGuid().ToString();
    private Func<DriverFacts?> driverFacts = static () => null;
    private Func<string, string, CancellationToken, Task<Model.Manifests.SecretProviderClass?>> findClass = static (_, _, _) => Task.FromResult<Model.Manifests.SecretProviderClass?>(null);
    private Func<int> runningCalls = static () => 0;
    private WebApplication? app;
    private GrpcChannel? channel;

    private NodeUnderTest(NodeSetup setup, FakeKubeApi api, FakeTimeProvider time)
    {
        (this.setup, Api, Time) = (setup, api, time);
        Kubelet = new Kubelet(Folder.Path, () => Csi, time, setup.Tokens ?? new UnsignedTokens()) { Audiences = setup.Audiences };
        Cluster = new ClusterUnderTest(api, Kubelet);
    }

    public TemporaryFolder Folder { get; } = new();

    public FakeTimeProvider Time { get; }

    public FakeKubeApi Api { get; }

    public FakeMounts Mounts { get; } = new();

    /// <summary>The store behind <c>provider: fake</c>.</summary>
    public FakeProvider Secrets { get; } = new();

    /// <summary>Every log line, over restarts.</summary>
    public FakeLogCollector Logs { get; } = FakeLogCollector.Create(new FakeLogCollectorOptions());

    public Kubelet Kubelet { get; }

    /// <summary>Manifests and what the node wrote.</summary>
    public ClusterUnderTest Cluster { get; }

    public NodeOptions Options { get; private set; } = new();

    public Meters Meters { get; private set; } = new();

    /// <summary>Told after each step of the pipeline; what it throws, the step throws.</summary>
    public Action<PublishStep> Passed { get; set; } = static _ => { };

    /// <summary>The same for the steps that replace a volume's files.</summary>
    public Action<SwapStep> Swapping { get; set; } = static _ => { };

    /// <summary>In the place of the network between node and pods.</summary>
    public Func<System.Net.IPEndPoint, CancellationToken, ValueTask<Stream>> DialPod { get; set; } =
        static (to, _) => throw new SocketException((int)SocketError.ConnectionRefused);

    /// <summary>What else must be so before time may pass.</summary>
    public Func<bool> Settled { get; set; } = static () => true;

    /// <summary>What the node knows of its CSIDriver object.</summary>
    public DriverFacts? DriverFacts => driverFacts();

    public NodeEngine Engine => app!.Services.GetRequiredService<NodeEngine>();

    public GrpcChannel Channel => channel!;

    public Node.NodeClient Csi => new(channel);

    public Identity.IdentityClient Identity => new(channel);

    /// <summary>The socket on which the kubelet registers plugins.</summary>
    public string RegistrationSocket => Path.Combine(Options.RegistrationDirectory, Options.DriverName + "-reg.sock");

    public Endpoints Endpoints => new(Options);

    public static async Task<NodeUnderTest> StartAsync(NodeSetup? setup = null)
    {
        // Whole seconds: a token's expiry has no smaller ones.
        var time = new SettableClock(new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero));
        var node = new NodeUnderTest(setup ?? new NodeSetup(), await FakeKubeApi.StartAsync(time), time);
        node.Cluster.Driver();
        node.Cluster.Node();
        await Undoing.StartAsync(node, node.BootAsync);
        return node;
    }

    /// <summary>A pod of this node with one volume of that class, and its ServiceAccount.</summary>
    public PodUnderTest Pod(string ns, string name, string className, string account = "default") => Cluster.Pod(ns, name, className, account);

    /// <summary>Another process over the same folders, as after a crash or an update.</summary>
    /// <param name="down">How long there is none.</param>
    public async Task RestartAsync(TimeSpan down = default)
    {
        await EndAsync();
        Time.Advance(down);
        await BootAsync();
    }

    /// <summary>The machine starts again: mounts are gone, files on disk are not.</summary>
    public async Task RebootAsync()
    {
        await EndAsync();
        Mounts.Reboot();
        bootId = Guid.NewGuid().ToString();
        await BootAsync();
    }

    /// <summary>Passes time in steps of a second (or of <paramref name="step"/>), and after each lets the refreshes that came due end.</summary>
    public async Task PassAsync(TimeSpan span, TimeSpan? step = null)
    {
        TimeSpan one = step ?? TimeSpan.FromSeconds(1);
        for (TimeSpan left = span; left > TimeSpan.Zero; left -= one)
        {
            Time.Advance(left < one ? left : one);
            await SettleAsync();
        }
    }

    /// <summary>Passes time until something is so, and no more than <paramref name="atMost"/>: what came due in it may take as long as the machine does.</summary>
    public async Task PassUntilAsync(Func<bool> condition, TimeSpan atMost, string what)
    {
        for (TimeSpan passed = TimeSpan.Zero; passed < atMost && !condition(); passed += TimeSpan.FromSeconds(1))
        {
            await PassAsync(TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        await Wait.UntilAsync(condition, $"{what}, within {atMost} of the test's clock");
    }

    /// <summary>Waits until the node has seen the class as it is now at the API server: a watch takes its time.</summary>
    public async Task SeesClassAsync(string ns, string name)
    {
        JsonNode? there = Api.Get("secretproviderclasses", ns, name);
        string? version = (string?)there?["metadata"]!["resourceVersion"];
        bool isRead = there is null || there.ToJsonString().Length > UsedObjects<Model.Manifests.SecretProviderClass>.LargestBytes; // each time, not held
        string? seen = "not looked yet";
        bool byItsWatch = false;
        long began = TimeProvider.System.GetTimestamp();
        while (version != seen || !byItsWatch)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Wait.Patience, $"class {ns}/{name} is {version}, seen is {seen}");
            int asked = Api.Count("get", "secretproviderclasses");
            seen = (await findClass(ns, name, TestContext.Current.CancellationToken))?.Metadata.ResourceVersion;

            // Before its first list has come, the node asks: the list may be of before, and the next look older than this one.
            byItsWatch = isRead || asked == Api.Count("get", "secretproviderclasses");
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits until no volume is due that the node can refresh, and no call to the API server is under way: the clock must not run
    /// away from a call's time.</summary>
    public Task SettleAsync()
    {
        int looks = 0;
        return Wait.UntilAsync(() =>
        {
            DateTimeOffset now = Time.GetUtcNow();
            if (runningCalls() == 0 && Settled() && !Engine.Store.All.Any(v => IsServed(v, now) && Engine.Schedule.NextDue(v.State) <= now))
            {
                return true;
            }

            // The clock may have moved while the loop was setting its alarm: real time does not leap.
            if (++looks % 50 == 0)
            {
                Engine.Rotation.Wake();
            }

            return false;
        }, "the end of the refreshes that are due");
    }

    /// <summary>All that the process keeps on disk, as text.</summary>
    public string StateText() => string.Join('\n', Directory.EnumerateFiles(Options.Volumes.StateDirectory, "*.json", SearchOption.AllDirectories).Select(File.ReadAllText));

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        await Api.DisposeAsync();
        Folder.Dispose();
    }

    /// <summary>Passes time, in steps of a second, while a call is under way, and no more than <paramref name="atMost"/>: its answer may take as long as the
    /// machine does. Returns how long the call took.</summary>
    public async Task<TimeSpan> PassWhileAsync(Task call, TimeSpan atMost)
    {
        DateTimeOffset began = Time.GetUtcNow();
        while (!call.IsCompleted && Time.GetUtcNow() - began < atMost)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            for (int i = 0; i < 5 && !call.IsCompleted; i++)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, TestContext.Current.CancellationToken);
            }
        }

        await Wait.UntilAsync(() => call.IsCompleted, $"an answer within {atMost} of the test's clock");
        return Time.GetUtcNow() - began;
    }

    private static bool IsServed(Volume volume, DateTimeOffset now) =>
        volume.Request is { } request && request.Tokens.Expires - TimeSpan.FromSeconds(5) > now;

    private async Task BootAsync()
    {
        Options = NewOptions();
        Meters = new Meters();
        ILoggerFactory logs = LoggerFactory.Create(b => b.SetMinimumLevel(LogLevel.Debug).AddProvider(new FakeLoggerProvider(Logs)));
        var http = new KubeHttp(Api.Connection(Time), Time, logs.CreateLogger<KubeHttp>());
        var cluster = new ApiCluster(new KubeClient(http, Time), Options, Time, Meters, logs);
        ProviderSet providers = setup.Providers?.Invoke(Options, cluster.Cluster.Access, Time) ?? new ProviderSet([Secrets], DenialMemory.None);
        foreach (IDisposable? one in (IDisposable?[])[logs, http, cluster, providers.Owned])
        {
            if (one is not null)
            {
                owned.Push(one);
            }
        }

        (driverFacts, findClass) = (cluster.Cluster.DriverFacts, cluster.Cluster.FindClass);
        runningCalls = () => http.Running;
        app = NodeHost.Build(Options, new NodeParts
        {
            Mounts = Mounts,
            Time = Time,
            Meters = Meters,
            Cluster = cluster.Cluster,
            Providers = providers.Providers,
            Stores = providers.Stores ?? [new FakeStore(Secrets)],
            Denials = providers.Denials,
            BootId = bootId,
            Passed = step => Passed(step),
            Swapping = step => Swapping(step),
            Dial = (to, token) => DialPod(to, token),
            Proc = setup.Proc,
            Logging = log => log.ClearProviders().AddProvider(new FakeLoggerProvider(Logs)),
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        channel = Dial(Options.SocketPath);
        if (Api.IsServing)
        {
            await Wait.UntilAsync(() => DriverFacts is not null, "the CSIDriver object");
        }
    }

    private NodeOptions NewOptions()
    {
        string host = Endpoints.FreeHost();
        var options = new NodeOptions
        {
            Endpoint = "unix://" + Folder["csi.sock"],
            RegistrationDirectory = Directory.CreateDirectory(Folder["registry"]).FullName,
            HealthAddress = host + ":9808",
            MetricsAddress = host + ":8095",
        };
        options.Volumes.NodeName = NodeName;
        options.Volumes.StateDirectory = Folder["state"];
        setup.Options(options);
        return options;
    }

    /// <summary>A channel on a unix socket.</summary>
    public static GrpcChannel Dial(string socket) => GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions
    {
        HttpHandler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await client.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellationToken);
                return new NetworkStream(client, ownsSocket: true);
            },
        },
        DisposeHttpClient = true,
    });

    private async Task EndAsync()
    {
        channel?.Dispose();
        if (app is not null)
        {
            using var now = new CancellationTokenSource();
            await now.CancelAsync();
            await app.StopAsync(now.Token);
            await app.DisposeAsync();
            app = null;
        }

        while (owned.TryPop(out IDisposable? one))
        {
            one.Dispose();
        }
    }
}
