using System.Collections.Concurrent;
using System.Collections.Immutable;
using CsiSecrets.AwsApi;
using CsiSecrets.Model;
using CsiSecrets.Providers;
using CsiSecrets.Providers.Aws;
using CsiSecrets.Providers.Aws.Stores;
using CsiSecrets.Providers.Stores;
using CsiSecrets.Tests.Aws.Hosting;
using CsiSecrets.Tests.Aws.Iam;
using CsiSecrets.Tests.Aws.Oidc;
using CsiSecrets.Tests.AwsApi;

namespace CsiSecrets.Tests.Providers.Aws.Stores;

/// <summary>The AWS store provider against the AWS endpoint, with the Secrets and ServiceAccounts of a cluster.</summary>
internal sealed class StoreWorld : IAsyncDisposable
{
    public const string Issuer = "https://oidc.example/id/1";
    private readonly TokenIssuer issuer;
    private readonly SecretReferences references;

    private StoreWorld(AwsServer server, ImpatientTime time, AwsEnvironment environment)
    {
        (Server, Time) = (server, time);
        issuer = new TokenIssuer(Issuer, time);
        server.Seed.Oidc(issuer.Provider("sts.amazonaws.com"));
        Clients = new AwsClients(environment, name => Variables.GetValueOrDefault(name), time);
        var cluster = new ClusterAccess
        {
            FindServiceAccount = (ns, name, _, _) => Task.FromResult(Accounts.GetValueOrDefault((ns, name))),
            NodeRegion = _ => Task.FromResult<string?>(null),
            FindSecretKey = FindSecretKey,
            CreateToken = CreateToken,
        };
        references = new SecretReferences(cluster, time);
        Provider = new AwsStoreProvider(Clients, cluster, references, new AwsProviderOptions { HashKey = new byte[32] });
    }

    public AwsServer Server { get; }

    public ImpatientTime Time { get; }

    public AwsClients Clients { get; }

    public AwsStoreProvider Provider { get; }

    /// <summary>The controller's environment.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    public ConcurrentDictionary<(string Namespace, string Name), ServiceAccountFacts?> Accounts { get; } = new();

    public ConcurrentDictionary<(string Namespace, string Name, string Key), string> Secrets { get; } = new();

    public ConcurrentQueue<string> ClusterCalls { get; } = new();

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<StoreWorld> StartAsync(Func<AwsEnvironment, AwsEnvironment>? environment = null)
    {
        var time = new ImpatientTime();
        AwsServer server = await AwsServer.StartAsync(new AwsServerOptions { Time = time }, Stop);
        var plain = new AwsEnvironment
        {
            Endpoints = new Dictionary<string, Uri> { [""] = server.Url },
            AgentIPv4 = new Uri(server.Url, "/v1/credentials"),
            AgentIPv6 = new Uri(server.Url, "/v1/credentials"),
        };
        return new StoreWorld(server, time, environment?.Invoke(plain) ?? plain);
    }

    /// <summary>A store whose <c>spec.provider.aws</c> has these members beside service and region.</summary>
    public StorePlan Store(string more = "", string service = "SecretsManager", string region = "us-east-1", bool cluster = false, string name = "store")
    {
        string settings = $$"""{"service": "{{service}}", "region": "{{region}}"{{(more.Length > 0 ? ", " : "")}}{{more}}}""";
        return Provider.ReadStore(cluster ? StoreManifests.ClusterStore(settings, name) : StoreManifests.Store(settings));
    }

    /// <summary>A store of the controller's own identity, which has these policies (or may do all).</summary>
    public (StorePlan Plan, AwsAccess Access) Own(string service = "SecretsManager", string more = "", params PolicyDocument[] policies)
    {
        AccessKey key = Server.Seed.User("controller", policies: policies);
        Variables["AWS_ACCESS_KEY_ID"] = key.Id;
        Variables["AWS_SECRET_ACCESS_KEY"] = key.Secret;
        StorePlan plan = Store(more, service);
        return (plan, (AwsAccess)Provider.OpenAsync(plan, Controller(), Stop).Result);
    }

    public static StoreCaller Controller(string ns = "shop") => new StoreCaller.Controller(ns);

    /// <summary>A Secret with static keys of a user.</summary>
    public AccessKey Keys(string ns, string secret, string user)
    {
        AccessKey key = Server.Seed.User(user);
        Secrets[(ns, secret, "id")] = key.Id;
        Secrets[(ns, secret, "key")] = key.Secret + "\n";
        return key;
    }

    /// <summary>A ServiceAccount with a role that its tokens may assume.</summary>
    public Role Account(string ns, string name, params PolicyDocument[] policies)
    {
        Role role = Server.Seed.Role($"{ns}-{name}", PolicyDocument.TrustWebIdentity(Issuer, $"system:serviceaccount:{ns}:{name}"), policies);
        Accounts[(ns, name)] = new ServiceAccountFacts("sa-uid-" + name, new Dictionary<string, string> { ["eks.amazonaws.com/role-arn"] = role.Arn });
        return role;
    }

    public StoreCaller Pod(string ns, string account, string pod = "pod") => new StoreCaller.Pod(new AccessRequest
    {
        Pod = new PodIdentity { Namespace = ns, PodName = pod, PodUid = "uid-" + pod, ServiceAccount = account, ServiceAccountUid = "sa-uid-" + account },
        Tokens = new PodTokens([Token(ns, account, "sts.amazonaws.com", pod), Token(ns, account, "pods.eks.amazonaws.com", pod)]),
        NodePublishSecrets = new Dictionary<string, SecretBytes>(),
        IdentityMaxAge = TimeSpan.FromSeconds(60),
    });

    public async Task<FetchResult> ReadAsync(StorePlan plan, StoreCaller caller, string key, string version = "", bool metadata = false) =>
        (await Provider.ReadAsync(plan, await Provider.OpenAsync(plan, caller, Stop), new RemoteSecret(key, version, metadata)))[0];

    public void Tag(string parameter, params (string Key, string Value)[] tags)
    {
        lock (Server.State.Parameters.Gate)
        {
            Server.State.Parameters.Find("us-east-1", parameter)!.Tags = Tags(tags);
        }
    }

    public void Delete(string secret)
    {
        lock (Server.State.Secrets.Gate)
        {
            Tests.Aws.SecretsManager.Secret found = Server.State.Secrets.Find("us-east-1", secret)!;
            (found.Deleted, found.Ends) = (Time.GetUtcNow(), Time.GetUtcNow().AddDays(30));
        }
    }

    public static ImmutableSortedDictionary<string, string> Tags(params (string Key, string Value)[] tags) =>
        tags.ToImmutableSortedDictionary(t => t.Key, t => t.Value, StringComparer.Ordinal);

    public int Calls(string operation) => Server.Calls.Count(operation);

    /// <summary>Every operation that was called, without STS.</summary>
    public IEnumerable<string> Operations => Server.Calls.All.Where(c => c.Service != "sts").Select(c => c.Operation);

    public async ValueTask DisposeAsync()
    {
        references.Dispose();
        Clients.Dispose();
        issuer.Dispose();
        await Server.DisposeAsync();
    }

    private Task<SecretBytes?> FindSecretKey(string ns, string name, string key, CancellationToken ct)
    {
        ClusterCalls.Enqueue($"secret {ns}/{name}/{key}");
        return Task.FromResult(Secrets.TryGetValue((ns, name, key), out string? value) ? SecretBytes.FromText(value) : null);
    }

    private Task<PodToken?> CreateToken(string ns, string name, IReadOnlyList<string> audiences, CancellationToken ct)
    {
        ClusterCalls.Enqueue($"token {ns}/{name} {string.Join(' ', audiences)}");
        return Task.FromResult<PodToken?>(Token(ns, name, audiences[0], null).Value);
    }

    private KeyValuePair<string, PodToken> Token(string ns, string account, string audience, string? pod) => new(
        audience,
        new PodToken(
            SecretBytes.FromText(issuer.ServiceAccountToken(ns, account, audience, TimeSpan.FromHours(1), pod, pod is null ? null : "uid-" + pod)),
            Time.GetUtcNow().AddHours(1)));
}
