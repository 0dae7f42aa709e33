using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsiSecrets.AwsApi;
using CsiSecrets.Hosting;
using CsiSecrets.JsonQuery;
using CsiSecrets.Kube;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Providers;
using CsiSecrets.Providers.Aws;
using CsiSecrets.Telemetry;
using CsiSecrets.Tests.Aws.Hosting;
using CsiSecrets.Tests.Aws.Iam;
using CsiSecrets.Tests.Harness;
using CsiSecrets.Tests.Kube;
using CsiSecrets.Tests.Mirroring;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Testing;

namespace CsiSecrets.Tests.Sync.RealServer;

/// <summary>
/// The controller's real host on a kube-apiserver with our CRDs, in a namespace of its own, with AWS at the endpoint of the tests. The store
/// <c>main</c> has the static keys of the user <c>eso</c>. Manifests are YAML.
/// </summary>
internal sealed class RealController : IAsyncDisposable
{

    private readonly RealApiServer server;
    private readonly KubeHttp http;
    private readonly ControllerOptions options = new() { LiveAddress = "", MetricsAddress = "" };
    private readonly Dictionary<string, string> variables = [];
    private readonly ILoggerFactory logs;
    private CancellationTokenSource stop = new();
    private Task running = Task.CompletedTask;
    private AwsClients? aws;
    private StoreProviders? providers;
    private ControllerHost? host;
    private RemoteClusters? remotes;
    private KubeHttp? account;

    private RealController(RealApiServer server, AwsServer awsServer)
    {
        (this.server, Aws) = (server, awsServer);
        http = server.Admin();
        logs = LoggerFactory.Create(b => b.SetMinimumLevel(LogLevel.Information).AddProvider(new FakeLoggerProvider(Logs)));
        Client = new KubeClient(http, TimeProvider.System);
    }

    public string Ns { get; } = $"s-{Guid.NewGuid():N}"[..14];

    public AwsServer Aws { get; }

    public KubeClient Client { get; }

    public Meters Meters { get; private set; } = new();

    /// <summary>At the level that is the controller's default.</summary>
    public FakeLogCollector Logs { get; } = FakeLogCollector.Create(new FakeLogCollectorOptions());

    /// <summary>Counts from the next start on.</summary>
    public ControllerOptions Options => options;

    /// <summary>Its namespace, as other people write to it.</summary>
    public Cluster Others => new(http, Ns);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <param name="server">The API server.</param>
    /// <param name="before">Objects and settings of before the start.</param>
    /// <param name="everywhere">Works in all namespaces, not in its own alone.</param>
    /// <param name="boot">False: only what a controller needs is there, and <see cref="BootAsync"/> starts it.</param>
    public static async Task<RealController> StartAsync(
        RealApiServer server, Func<RealController, Task>? before = null, bool everywhere = false, bool boot = true)
    {
        Assert.SkipUnless(server.Missing.Length == 0, server.Missing);
        var controller = new RealController(server, await AwsServer.StartAsync(new AwsServerOptions(), Ct));
        await InstalledCrds.EnsureAsync(controller.Client);
        controller.options.Sync.Namespace = everywhere ? "" : controller.Ns;
        await controller.Client.CreateAsync(ResourceTypes.Namespaces, new Namespace { Metadata = new ObjectMeta { Name = controller.Ns } }, Ct);
        await controller.KeysAsync("aws-keys", "eso");
        await controller.PutAsync("SecretStore", "main", StoreOf());
        await (before?.Invoke(controller) ?? Task.CompletedTask);
        await (boot ? controller.BootAsync() : Task.CompletedTask);
        return controller;
    }

    /// <summary>A store's spec with the static keys of a Secret.</summary>
    public static string StoreOf(string service = "SecretsManager", string secret = "aws-keys", string more = "") => $$"""
        provider:
          aws:
            service: {{service}}
            region: us-east-1
            auth: {secretRef: {accessKeyIDSecretRef: {name: {{secret}}, key: id}, secretAccessKeySecretRef: {name: {{secret}}, key: key} } }
            {{more}}
        """;

    public void Variable(string name, string value) => variables[name] = value;

    /// <summary>A Secret with static keys of a user of AWS, which may do all or what the policies say.</summary>
    public async Task<AccessKey> KeysAsync(string secret, string user, params PolicyDocument[] policies)
    {
        AccessKey key = Aws.Seed.User($"{user}-{Ns}", policies: policies);
        await CreateAsync("", "v1", "secrets", "Secret", secret, $$"""{"stringData":{"id":"{{key.Id}}","key":"{{key.Secret}}"} }""");
        return key;
    }

    /// <summary>What the API server refused the controller for want of a right, e.g. <c>list ConfigMap shop/</c>.</summary>
    public ConcurrentQueue<string> Refused { get; } = new();

    /// <summary>From the next start on it calls as the ServiceAccount of its manifests, not as the administrator.</summary>
    public async Task AsItsAccountAsync()
    {
        TokenRequestStatus? token = await Client.CreateTokenAsync(
            new ObjectKey("external-secrets", "external-secrets"), new TokenRequestSpec { ExpirationSeconds = 3600 }, Ct);
        account = new KubeHttp(server.Connection(token!.Token), TimeProvider.System, NullLogger<KubeHttp>.Instance);
    }

    public Task CreateAsync(string group, string version, string plural, string kind, string name, string fields) =>
        Client.CreateAsync(AnyObject.Type(group, version, plural, kind, true), AnyObject.Of(Ns, name, fields), Ct);

    /// <summary>Creates an object of external-secrets.io, or gives it this spec.</summary>
    public async Task PutAsync(string kind, string name, string spec, string metadata = "{}")
    {
        ResourceType<AnyObject> type = TypeOf(kind);
        var key = new ObjectKey(type.Namespaced ? Ns : "", name);
        string json = spec.StartsWith("{\"", StringComparison.Ordinal) ? spec : Encoding.UTF8.GetString(YamlText.ToJson(Encoding.UTF8.GetBytes(spec))[0]);
        AnyObject? there = await Client.GetAsync(type, key, Ct);
        if (there is not null)
        {
            await Client.DeleteAsync(type, key, Ct);
        }

        AnyObject one = AnyObject.Of(key.Namespace, name, $$"""{"spec":{{json}}}""");
        JsonNode marks = JsonNode.Parse(metadata)!;
        await Client.CreateAsync(
            type,
            one with
            {
                Metadata = one.Metadata with
                {
                    Labels = marks["labels"]?.AsObject().ToDictionary(l => l.Key, l => (string)l.Value!),
                    Annotations = marks["annotations"]?.AsObject().ToDictionary(l => l.Key, l => (string)l.Value!),
                },
            },
            Ct);
    }

    /// <summary>Merges into an object.</summary>
    public Task MergeAsync(string kind, string name, string patch) => Client.PatchAsync(
        kind is "Secret" ? AnyObject.Type("", "v1", "secrets", "Secret", true) : TypeOf(kind),
        new ObjectKey(kind.StartsWith("Cluster", StringComparison.Ordinal) ? "" : Ns, name),
        PatchKind.Merge,
        Encoding.UTF8.GetBytes(patch),
        Ct);

    public Task<bool> DeleteAsync(string kind, string name) => Client.DeleteAsync(
        kind is "Secret" ? AnyObject.Type("", "v1", "secrets", "Secret", true) : TypeOf(kind),
        new ObjectKey(kind.StartsWith("Cluster", StringComparison.Ordinal) ? "" : Ns, name),
        Ct);

    /// <summary>The object as JSON; null where there is none.</summary>
    public async Task<JsonNode?> GetAsync(string kind, string name, string? ns = null)
    {
        ResourceType<AnyObject> type = kind is "Secret" ? AnyObject.Type("", "v1", "secrets", "Secret", true) : TypeOf(kind);
        AnyObject? one = await Client.GetAsync(type, new ObjectKey(type.Namespaced ? ns ?? Ns : "", name), Ct);
        return one is null ? null : JsonNode.Parse(JsonSerializer.Serialize(one, AnyObjectJson.Default.AnyObject));
    }

    /// <summary>The Secret's data as text; null where there is no Secret.</summary>
    public async Task<SortedDictionary<string, string>?> DataAsync(string name, string? ns = null) => await GetAsync("Secret", name, ns) is not { } secret
        ? null
        : new SortedDictionary<string, string>(
            (secret["data"] as JsonObject ?? []).ToDictionary(d => d.Key, d => Encoding.UTF8.GetString(Convert.FromBase64String((string)d.Value!))),
            StringComparer.Ordinal);

    public async Task<string> ReadyAsync(string kind, string name)
    {
        JsonNode? ready = ((await GetAsync(kind, name))?["status"]?["conditions"] as JsonArray)?.FirstOrDefault(c => (string?)c!["type"] == "Ready");
        return ready is null ? "" : $"{ready["status"]} {ready["reason"]} {ready["message"]}";
    }

    public Task SyncedAsync(string name = "app") => ReadyAsync("ExternalSecret", name, "True SecretSynced");

    public async Task ReadyAsync(string kind, string name, string beginsWith)
    {
        string now = "";
        await UntilAsync(async () => (now = await ReadyAsync(kind, name)).StartsWith(beginsWith, StringComparison.Ordinal), () => $"{kind} {name}: {beginsWith}, it is {now}");
    }

    public async Task HoldsAsync(string secret, params (string Key, string Value)[] data)
    {
        string now = "";
        string wanted = string.Join('\n', data.OrderBy(d => d.Key, StringComparer.Ordinal).Select(d => $"{d.Key}={d.Value}"));
        await UntilAsync(
            async () => (now = string.Join('\n', (await DataAsync(secret) ?? []).Select(d => $"{d.Key}={d.Value}"))) == wanted, () => $"Secret {secret}:\n{wanted}\nit is\n{now}");
    }

    /// <summary>What the Secret is from then on; waits until something of it is so.</summary>
    public async Task<JsonNode> SecretAsync(string name, Func<JsonNode, bool> isSo, string what)
    {
        JsonNode? now = null;
        await UntilAsync(async () => (now = await GetAsync("Secret", name)) is not null && isSo(now), () => $"Secret {name}: {what}, it is {now?["metadata"]?.ToJsonString()}");
        return now!;
    }

    /// <summary>E.g. <c>Normal Created secret created</c>, of the objects in its namespace.</summary>
    public async Task<IReadOnlyList<string>> EventsAsync()
    {
        var events = new List<string>();
        await Client.ListAsync(AnyObject.Type("", "v1", "events", "Event", true), new KubeQuery { Namespace = Ns }, Add, Ct);
        return events;

        void Add(AnyObject e) => events.Add($"{e.Rest!["type"].GetString()} {e.Rest["reason"].GetString()} {e.Rest["message"].GetString()}");
    }

    public Task EventAsync(string text) => UntilAsync(async () => (await EventsAsync()).Any(e => e.Contains(text, StringComparison.Ordinal)), () => $"an event with {text}");

    public Task CountedAsync(string line) => UntilAsync(
        () => Task.FromResult(Meters.Expose().Split('\n').Contains(line)), () => $"{line} in\n{Meters.Expose()}");

    /// <summary>Another ExternalSecret, which came later, is synced; nothing was made of this one, and nothing said of it.</summary>
    public async Task LeftAloneAsync(string name = "app")
    {
        Aws.Seed.Secret("of-another", "value");
        await PutAsync("ExternalSecret", "another", "{secretStoreRef: {name: main}, data: [{secretKey: a, remoteRef: {key: of-another} }]}");
        await SyncedAsync("another");
        Assert.Null((await GetAsync("ExternalSecret", name))!["status"]);
        Assert.Null(await GetAsync("Secret", name));
    }

    /// <summary>Taken away at AWS with the usual days of grace.</summary>
    public void Delete(string secret)
    {
        lock (Aws.State.Secrets.Gate)
        {
            Tests.Aws.SecretsManager.Secret found = Aws.State.Secrets.Find("us-east-1", secret)!;
            (found.Deleted, found.Ends) = (DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(30));
        }
    }

    public static async Task UntilAsync(Func<Task<bool>> condition, Func<string> what)
    {
        long began = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Wait.Patience, $"still waiting for: {what()}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Ct);
        }
    }

    public async Task RestartAsync()
    {
        await EndAsync();
        await BootAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        await Client.DeleteAsync(ResourceTypes.Namespaces, new ObjectKey("", Ns), CancellationToken.None);
        http.Dispose();
        account?.Dispose();
        logs.Dispose();
        await Aws.DisposeAsync();
    }

    public async Task BootAsync()
    {
        stop = new CancellationTokenSource();
        Meters = new Meters();
        remotes = new RemoteClusters(TimeProvider.System, NullLoggerFactory.Instance);
        KubeClient client = account is null ? Client : new KubeClient(account, TimeProvider.System);
        ClusterAccess access = ControllerAccess.Of(client, remotes, TimeProvider.System);
        var environment = new AwsEnvironment
        {
            Endpoints = new Dictionary<string, Uri> { [""] = Aws.Url },
            AgentIPv4 = new Uri(Aws.Url, "/v1/credentials"),
            AgentIPv6 = new Uri(Aws.Url, "/v1/credentials"),
        };
        aws = new AwsClients(environment, variables.GetValueOrDefault, TimeProvider.System);
        providers = new StoreProviders(aws, access, new AwsProviderOptions { HashKey = new byte[32] }, TimeProvider.System);
        host = new ControllerHost(options, new ControllerParts
        {
            Api = client,
            Access = access,
            Stores = providers.All,
            Meters = Meters,
            Time = TimeProvider.System,
            Logs = logs,
        });
        aws.Attempted = host.Attempted;
        if (account is not null)
        {
            host.Govern(account);
            account.Attempted += attempt =>
            {
                if (attempt.Status == 403)
                {
                    Refused.Enqueue(attempt.Request.Subject);
                }
            };
        }

        running = host.RunAsync(stop.Token);
        await Task.CompletedTask;
    }

    public async Task EndAsync()
    {
        if (host is null)
        {
            return;
        }

        await stop.CancelAsync();
        await running;
        await host.DisposeAsync();
        providers!.Dispose();
        aws!.Dispose();
        remotes!.Dispose();
        stop.Dispose();
        host = null;
    }

    /// <summary>What tokens of this server are checked against.</summary>
    public string ServiceAccountPublicKey() => File.ReadAllText(Directory.EnumerateFiles(server.Pki, "sa*.pub").Single());

    private static ResourceType<AnyObject> TypeOf(string kind) => AnyObject.Type(
        "external-secrets.io", "v1", kind.ToLowerInvariant() + "s", kind, !kind.StartsWith("Cluster", StringComparison.Ordinal));
}

/// <summary>One server for all of them but those of the peer's cases.</summary>
[CollectionDefinition(Name)]
public sealed class RealServerOfControllers : ICollectionFixture<RealApiServer>
{
    public const string Name = "controllers on a real API server";
}
