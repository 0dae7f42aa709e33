using System.Text;
using System.Text.Json.Nodes;
using CsiSecrets.Hosting;
using CsiSecrets.JsonQuery;
using CsiSecrets.Kube;
using CsiSecrets.Providers;
using CsiSecrets.Providers.Fake;
using CsiSecrets.Telemetry;
using CsiSecrets.Tests.Fakes;
using CsiSecrets.Tests.Harness;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace CsiSecrets.Tests.Sync;

/// <summary>
/// The controller's real host against a fake API server, with the store <c>remote</c> over a <see cref="FakeProvider"/> and a clock that the
/// test plays. Manifests are YAML.
/// </summary>
internal sealed class ControllerUnderTest : IAsyncDisposable
{
    public const string Ns = "shop";

    // Without any address Kestrel would take its default port, which two tests cannot share.
    private readonly ControllerOptions options = new() { LiveAddress = Endpoints.FreeHost() + ":8081", MetricsAddress = "" };
    private CancellationTokenSource stop = new();
    private Task running = Task.CompletedTask;
    private ControllerHost? host;
    private ILoggerFactory? logs;
    private KubeHttp? http;

    private ControllerUnderTest(FakeKubeApi api, SettableClock time) => (Api, Time) = (api, time);

    public FakeKubeApi Api { get; }

    public SettableClock Time { get; }

    public FakeProvider Remote { get; } = new();

    /// <summary>The provider <c>fake</c> of classes.</summary>
    public FakeProvider Classes { get; } = new();

    /// <summary>What classes may name beside that.</summary>
    public List<ISecretProvider> MoreProviders { get; } = [];

    public Meters Meters { get; private set; } = new();

    public ControllerHost Host => host!;

    public FakeLogCollector Logs { get; } = FakeLogCollector.Create(new FakeLogCollectorOptions());

    public ControllerOptions Options => options;

    /// <summary>Starts with a store <c>main</c> in the namespace <c>shop</c>, unless <paramref name="before"/> does otherwise.</summary>
    public static async Task<ControllerUnderTest> StartAsync(Action<ControllerUnderTest>? before = null)
    {
        var time = new SettableClock(new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero));
        var controller = new ControllerUnderTest(await FakeKubeApi.StartAsync(time), time);
        foreach (string kind in (string[])["ExternalSecret", "SecretStore", "ClusterSecretStore", "ClusterExternalSecret"])
        {
            controller.Api.Serve(new FakeKubeApiKind("external-secrets.io/v1", kind.ToLowerInvariant() + "s", kind, !kind.StartsWith("Cluster", StringComparison.Ordinal)));
        }

        controller.Namespace(Ns);
        controller.Put("SecretStore", "main", "provider: {remote: {} }");
        await Undoing.StartAsync(controller, () =>
        {
            before?.Invoke(controller);
            controller.Boot();
            return Task.CompletedTask;
        });
        return controller;
    }

    public void Namespace(string name, params (string Name, string Value)[] labels) => Api.Put("namespaces", new JsonObject
    {
        ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = new JsonObject([.. labels.Select(l => KeyValuePair.Create(l.Name, (JsonNode?)l.Value))]) },
    }.ToJsonString());

    /// <summary>Writes an object of external-secrets.io; <paramref name="spec"/> is YAML. Metadata and status of one that is there stay.</summary>
    public void Put(string kind, string name, string spec, string ns = Ns)
    {
        string resource = kind.ToLowerInvariant() + "s";
        string where = kind.StartsWith("Cluster", StringComparison.Ordinal) ? "" : ns;
        JsonNode? made = JsonNode.Parse(Encoding.UTF8.GetString(YamlText.ToJson(Encoding.UTF8.GetBytes(spec))[0]));
        Api.Edit(resource, where, name, one => one["spec"] = made);
    }

    public void ExternalSecret(string spec, string name = "app") => Put("ExternalSecret", name, spec);

    public void Annotate(string resource, string name, string annotation, string value) => Api.Annotate(resource, Ns, name, annotation, value);

    public JsonObject? Secret(string name = "app", string ns = Ns) => Api.Get("secrets", ns, name);

    /// <summary>The Secret's data as text; null where there is none.</summary>
    public IReadOnlyDictionary<string, string>? Data(string name = "app") => Secret(name) is not { } secret ? null
        : (secret["data"] as JsonObject ?? []).ToDictionary(d => d.Key, d => Encoding.UTF8.GetString(Convert.FromBase64String((string)d.Value!)));

    /// <summary>E.g. <c>True SecretSynced secret synced</c>.</summary>
    public string Ready(string resource = "externalsecrets", string name = "app", string ns = Ns)
    {
        JsonNode? ready = (Api.Get(resource, ns, name)?["status"]?["conditions"] as JsonArray)?.FirstOrDefault(c => (string?)c!["type"] == "Ready");
        return ready is null ? "" : $"{ready["status"]} {ready["reason"]} {ready["message"]}";
    }

    public IReadOnlyList<string> Events() => [.. Api.All("events").Select(e => $"{e["type"]} {e["reason"]} {e["message"]}")];

    /// <summary>Waits, without passing time, until something is so.</summary>
    public static Task UntilAsync(Func<bool> condition, string what) => Wait.UntilAsync(condition, what);

    public Task ReadyAsync(string beginsWith, string name = "app") =>
        Wait.UntilAsync(() => Ready(name: name).StartsWith(beginsWith, StringComparison.Ordinal), () => $"{name}: {beginsWith}, it is {Ready(name: name)}");

    public Task SyncedAsync(string name = "app") => ReadyAsync("True SecretSynced", name);

    /// <summary>Waits until the controller's own watch shows it Ready: a jump of the clock that cuts off the answer to its write changes nothing then.</summary>
    public Task SeenReadyAsync(string name = "app") => UntilAsync(
        () => Meters.Expose().Contains($"externalsecret_status_condition{{name=\"{name}\",namespace=\"{Ns}\",condition=\"Ready\",status=\"True\"}} 1", StringComparison.Ordinal),
        $"{name}: Ready is seen");

    /// <summary>Passes time until something is so, and no more than <paramref name="atMost"/>: what came due in it may take as long as the machine does.</summary>
    public async Task PassUntilAsync(Func<bool> condition, TimeSpan atMost, string what)
    {
        for (TimeSpan passed = TimeSpan.Zero; passed < atMost && !condition(); passed += TimeSpan.FromSeconds(1))
        {
            await PassAsync(TimeSpan.FromSeconds(1));
        }

        await UntilAsync(condition, $"{what}, within {atMost} of the test's clock");
    }

    /// <summary>Passes time in steps of a second, and lets what came due begin.</summary>
    public async Task PassAsync(TimeSpan span, TimeSpan? step = null)
    {
        TimeSpan one = step ?? TimeSpan.FromSeconds(1);
        for (TimeSpan left = span; left > TimeSpan.Zero; left -= one)
        {
            await SettledAsync();
            Time.Advance(left < one ? left : one);
            await Task.Delay(TimeSpan.FromMilliseconds(3), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits until every call that was sent is answered, or held by the test: the clock of the test also ends calls, and must not run
    /// ahead of those that the machine has not come to yet.</summary>
    public Task SettledAsync() => UntilAsync(() => http!.Running <= Api.Holding, "answers to all calls");

    /// <summary>Passes time, and lets all that came due end before more of it passes: no call sees its own timeout.</summary>
    public async Task PassQuietlyAsync(TimeSpan span, Action? each = null)
    {
        for (TimeSpan passed = TimeSpan.Zero; passed < span; passed += TimeSpan.FromSeconds(10))
        {
            int calls;
            Time.Advance(TimeSpan.FromSeconds(10));
            do
            {
                calls = Calls;
                await Task.Delay(TimeSpan.FromMilliseconds(8), TimeProvider.System, TestContext.Current.CancellationToken);
            }
            while (Calls != calls || http!.Running > Api.Holding);
            each?.Invoke();
        }
    }

    private int Calls => Api.Requests.Count + Remote.Calls.Count + Classes.Calls.Count;

    /// <summary>Another process, as after a crash or an update.</summary>
    public async Task RestartAsync()
    {
        await EndAsync();
        Boot();
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        await Api.DisposeAsync();
    }

    private void Boot()
    {
        stop = new CancellationTokenSource();
        Meters = new Meters();
        logs = LoggerFactory.Create(b => b.SetMinimumLevel(LogLevel.Debug).AddProvider(new FakeLoggerProvider(Logs)));
        http = new KubeHttp(Api.Connection(Time), Time, logs.CreateLogger<KubeHttp>());
        var client = new KubeClient(http, Time);
        options.Fetch.GatherWindow = TimeSpan.Zero;
        host = new ControllerHost(options, new ControllerParts
        {
            Api = client,
            Access = ControllerAccess.Of(client, new RemoteClusters(Time, logs), Time),
            Stores = [new FakeStore(Remote), new FakeStoreProvider()],
            Providers = [Classes, .. MoreProviders],
            Meters = Meters,
            Time = Time,
            Logs = logs,
        });
        host.Govern(http);
        running = host.RunAsync(stop.Token);
    }

    private async Task EndAsync()
    {
        await stop.CancelAsync();
        await running;
        await host!.DisposeAsync();
        http!.Dispose();
        logs!.Dispose();
        stop.Dispose();
    }
}
