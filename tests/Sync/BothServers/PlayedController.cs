using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsiSecrets.Hosting;
using CsiSecrets.JsonQuery;
using CsiSecrets.Kube;
using CsiSecrets.Kube.Connection;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Providers.Fake;
using CsiSecrets.Telemetry;
using CsiSecrets.Tests.Fakes;
using CsiSecrets.Tests.Harness;
using CsiSecrets.Tests.Kube;
using CsiSecrets.Tests.Mirroring;
using Microsoft.Extensions.Logging.Abstractions;

namespace CsiSecrets.Tests.Sync.BothServers;

/// <summary>
/// The controller's real host on either API server, in a namespace of its own, with the store <c>main</c> over a <see cref="FakeProvider"/> and a
/// clock that the test plays. The test itself writes and reads through the API, as other people do. Manifests are YAML.
/// </summary>
internal sealed class PlayedController : IAsyncDisposable
{

    private readonly IControllerSeat seat;
    private readonly KubeHttp others;
    private readonly KubeConnection connection;
    private CancellationTokenSource stop = new();
    private Task running = Task.CompletedTask;
    private ControllerHost? host;
    private KubeHttp? own;
    private long begun;
    private long answered;

    private PlayedController(IControllerSeat seat, KubeConnection connection, SettableClock time)
    {
        (this.seat, this.connection, Time) = (seat, connection, time);
        others = new KubeHttp(connection, TimeProvider.System, NullLogger<KubeHttp>.Instance);
        Client = new KubeClient(others, TimeProvider.System);
    }

    public string Ns { get; } = $"p-{Guid.NewGuid():N}"[..14];

    public SettableClock Time { get; }

    public FakeProvider Remote { get; } = new();

    public KubeClient Client { get; }

    public Meters Meters { get; private set; } = new();

    public ControllerOptions Options { get; } = new() { LiveAddress = "", MetricsAddress = "" };

    /// <summary>What the controller itself wrote, e.g. <c>apply Secret shop/app</c>, events apart.</summary>
    public ConcurrentQueue<string> Writes { get; } = new();

    /// <summary>Its namespace, as other people write to it under names of their own.</summary>
    public Cluster Others => new(others, Ns);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <param name="seat">The API server.</param>
    /// <param name="before">Objects and settings of before the start.</param>
    public static async Task<PlayedController> StartAsync(IControllerSeat seat, Func<PlayedController, Task>? before = null)
    {
        var time = new SettableClock(new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero));
        var controller = new PlayedController(seat, await seat.OpenAsync(time), time);
        await controller.Client.CreateAsync(ResourceTypes.Namespaces, new Namespace { Metadata = new ObjectMeta { Name = controller.Ns } }, Ct);
        await controller.PutAsync("SecretStore", "main", "provider: {remote: {} }");
        await (before?.Invoke(controller) ?? Task.CompletedTask);
        controller.Boot();
        return controller;
    }

    public static ResourceType<AnyObject> TypeOf(string kind) => kind switch
    {
        "Secret" or "Event" => AnyObject.Type("", "v1", kind.ToLowerInvariant() + "s", kind, true),
        SampleKind.Kind => SampleKind.Type,
        _ => AnyObject.Type("external-secrets.io", "v1", kind.ToLowerInvariant() + "s", kind, !kind.StartsWith("Cluster", StringComparison.Ordinal)),
    };

    /// <summary>Creates an object of external-secrets.io, or gives the one that is there another spec.</summary>
    public async Task PutAsync(string kind, string name, string spec)
    {
        string json = Encoding.UTF8.GetString(YamlText.ToJson(Encoding.UTF8.GetBytes(spec))[0]);
        if (await GetAsync(kind, name) is not null)
        {
            await Client.PatchAsync(TypeOf(kind), KeyOf(kind, name), PatchKind.Json, Encoding.UTF8.GetBytes($$"""[{"op":"replace","path":"/spec","value":{{json}}}]"""), Ct);
            return;
        }

        await Client.CreateAsync(TypeOf(kind), AnyObject.Of(KeyOf(kind, name).Namespace, name, $$"""{"spec":{{json}}}"""), Ct);
    }

    public Task ExternalSecretAsync(string spec, string name = "app") => PutAsync("ExternalSecret", name, spec);

    /// <summary>A Secret as somebody makes it by hand.</summary>
    public Task SecretAsync(string name, string data) => CreateAsync("Secret", name, $$"""{"data":{{data}}}""");

    public Task CreateAsync(string kind, string name, string fields) => Client.CreateAsync(TypeOf(kind), AnyObject.Of(Ns, name, fields), Ct);

    public Task MergeAsync(string kind, string name, string patch) =>
        Client.PatchAsync(TypeOf(kind), KeyOf(kind, name), PatchKind.Merge, Encoding.UTF8.GetBytes(patch), Ct);

    public Task AnnotateAsync(string name, string annotation, string value) =>
        MergeAsync("ExternalSecret", name, $$$"""{"metadata":{"annotations":{"{{{annotation}}}":"{{{value}}}"} } }""");

    public Task<bool> DeleteAsync(string kind, string name) => Client.DeleteAsync(TypeOf(kind), KeyOf(kind, name), Ct);

    /// <summary>The object as JSON; null where there is none.</summary>
    public async Task<JsonNode?> GetAsync(string kind, string name) => await Client.GetAsync(TypeOf(kind), KeyOf(kind, name), Ct) is { } one
        ? JsonNode.Parse(JsonSerializer.Serialize(one, AnyObjectJson.Default.AnyObject))
        : null;

    public async Task<string> VersionAsync(string kind, string name) => (string)(await GetAsync(kind, name))!["metadata"]!["resourceVersion"]!;

    /// <summary>The Secret's data as text; null where there is none.</summary>
    public async Task<IReadOnlyDictionary<string, string>?> DataAsync(string name = "app") => await GetAsync("Secret", name) is not { } secret ? null
        : (secret["data"] as JsonObject ?? []).ToDictionary(d => d.Key, d => Encoding.UTF8.GetString(Convert.FromBase64String((string)d.Value!)));

    public async Task<bool> HoldsAsync(string secret, string key, string value) => (await DataAsync(secret))?.GetValueOrDefault(key) == value;

    /// <summary>E.g. <c>True SecretSynced secret synced</c>.</summary>
    public async Task<string> ReadyAsync(string kind = "ExternalSecret", string name = "app")
    {
        JsonNode? ready = ((await GetAsync(kind, name))?["status"]?["conditions"] as JsonArray)?.FirstOrDefault(c => (string?)c!["type"] == "Ready");
        return ready is null ? "" : $"{ready["status"]} {ready["reason"]} {ready["message"]}";
    }

    /// <summary>E.g. <c>Normal Created secret created</c>, of the objects in its namespace.</summary>
    public async Task<IReadOnlyList<string>> EventsAsync()
    {
        var events = new List<string>();
        await Client.ListAsync(
            TypeOf("Event"), new KubeQuery { Namespace = Ns }, e => events.Add($"{e.Rest!["type"].GetString()} {e.Rest["reason"].GetString()} {e.Rest["message"].GetString()}"), Ct);
        return events;
    }

    public Task IsReadyAsync(string beginsWith, string name = "app") =>
        UntilAsync(async () => (await ReadyAsync(name: name)).StartsWith(beginsWith, StringComparison.Ordinal), $"{name}: {beginsWith}");

    public Task SyncedAsync(string name = "app") => IsReadyAsync("True SecretSynced", name);

    /// <summary>Waits until the controller's own watch shows it Ready: a jump of the clock that cuts off the answer to its write changes nothing then.</summary>
    public Task SeenReadyAsync(string name = "app") => UntilAsync(
        () => Task.FromResult(Meters.Expose().Contains(
            $"externalsecret_status_condition{{name=\"{name}\",namespace=\"{Ns}\",condition=\"Ready\",status=\"True\"}} 1", StringComparison.Ordinal)),
        $"{name}: Ready is seen");

    /// <summary>Waits until the controller's own watch shows that it is gone.</summary>
    public Task SeenGoneAsync(string name = "app") => UntilAsync(
        () => Task.FromResult(!Meters.Expose().Contains($"{{name=\"{name}\",namespace=\"{Ns}\",condition=\"Ready\"", StringComparison.Ordinal)), $"{name} is seen gone");

    /// <summary>Waits, without passing time, until something is so.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        long began = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Wait.Patience, $"still waiting for: {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Ct);
        }
    }

    /// <summary>Passes time until something is so, and no more than <paramref name="atMost"/>: what came due in it may take as long as the machine does.</summary>
    public async Task PassUntilAsync(Func<Task<bool>> condition, TimeSpan atMost, string what)
    {
        for (TimeSpan passed = TimeSpan.Zero; passed < atMost && !await condition(); passed += TimeSpan.FromSeconds(1))
        {
            await PassAsync(TimeSpan.FromSeconds(1));
        }

        await UntilAsync(condition, $"{what}, within {atMost} of the test's clock");
    }

    /// <summary>Passes time in steps, and lets what came due begin.</summary>
    public async Task PassAsync(TimeSpan span, TimeSpan? step = null)
    {
        TimeSpan one = step ?? TimeSpan.FromSeconds(1);
        for (TimeSpan left = span; left > TimeSpan.Zero; left -= one)
        {
            await SettledAsync();
            Time.Advance(left < one ? left : one);
            await Task.Delay(TimeSpan.FromMilliseconds(3), TimeProvider.System, Ct);
        }

        await SettledAsync();
    }

    /// <summary>Another process, as after a crash or an update.</summary>
    public async Task RestartAsync()
    {
        await EndAsync();
        Boot();
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        await Client.DeleteAsync(ResourceTypes.Namespaces, new ObjectKey("", Ns), CancellationToken.None);
        others.Dispose();
        await seat.DisposeAsync();
    }

    private ObjectKey KeyOf(string kind, string name) => new(TypeOf(kind).Namespaced ? Ns : "", name);

    /// <summary>Waits until every call that was sent is answered: the clock of the test also ends calls, and must not run ahead of those that the
    /// machine has not come to yet.</summary>
    private Task SettledAsync() => UntilAsync(
        () => Task.FromResult(own!.Running == 0 && Interlocked.Read(ref begun) == Interlocked.Read(ref answered)), "answers to all calls");

    private void Boot()
    {
        stop = new CancellationTokenSource();
        Meters = new Meters();
        (begun, answered) = (0, 0);
        own = new KubeHttp(Counted(), Time, NullLogger<KubeHttp>.Instance) { Attempted = Note };
        var client = new KubeClient(own, Time);
        Options.Sync.Namespace = Ns;
        Options.Fetch.GatherWindow = TimeSpan.Zero;
        host = new ControllerHost(Options, new ControllerParts
        {
            Api = client,
            Access = ControllerAccess.Of(client, new RemoteClusters(Time, NullLoggerFactory.Instance), Time),
            Stores = [new FakeStore(Remote), new FakeStoreProvider()],
            Meters = Meters,
            Time = Time,
            Logs = NullLoggerFactory.Instance,
        });
        running = host.RunAsync(stop.Token);
    }

    private KubeConnection Counted() => new()
    {
        Server = connection.Server,
        Trust = connection.Trust,
        ServerName = connection.ServerName,
        Credential = (renew, token) =>
        {
            Interlocked.Increment(ref begun);
            return connection.Credential(renew, token);
        },
    };

    private void Note(KubeAttempt attempt)
    {
        Interlocked.Increment(ref answered);
        if (attempt.Request.Method != HttpMethod.Get && attempt.Request.Words.Kind != "Event")
        {
            Writes.Enqueue(attempt.Request.Subject);
        }
    }

    private async Task EndAsync()
    {
        await stop.CancelAsync();
        await running;
        await (host?.DisposeAsync() ?? ValueTask.CompletedTask);
        own?.Dispose();
        stop.Dispose();
    }
}
