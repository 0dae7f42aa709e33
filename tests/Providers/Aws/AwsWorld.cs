using System.Collections.Concurrent;
using CsiSecrets.AwsApi;
using CsiSecrets.Model;
using CsiSecrets.Providers;
using CsiSecrets.Providers.Aws;
using CsiSecrets.Tests.Aws.Hosting;
using CsiSecrets.Tests.Aws.Iam;
using CsiSecrets.Tests.Aws.Oidc;
using CsiSecrets.Tests.AwsApi;

namespace CsiSecrets.Tests.Providers.Aws;

/// <summary>The provider against the AWS endpoint, with ServiceAccounts as a cluster would state them.</summary>
internal sealed class AwsWorld : IAsyncDisposable
{
    public const string Issuer = "https://oidc.example/id/1";
    private readonly TokenIssuer issuer;

    private AwsWorld(AwsServer server, ImpatientTime time, AwsEnvironment environment, AwsProviderOptions options)
    {
        (Server, Time) = (server, time);
        issuer = new TokenIssuer(Issuer, time);
        server.Seed.Oidc(issuer.Provider("sts.amazonaws.com"));
        Clients = new AwsClients(environment, name => NodeVariables.GetValueOrDefault(name), time);
        var cluster = new ClusterAccess
        {
            FindServiceAccount = (ns, name, _, _) => Task.FromResult(Accounts.GetValueOrDefault((ns, name))),
            NodeRegion = _ => Task.FromResult(NodeRegion),
        };
        Provider = new AwsProvider(Clients, cluster, options);
    }

    public AwsServer Server { get; }

    public ImpatientTime Time { get; }

    public AwsClients Clients { get; }

    public AwsProvider Provider { get; }

    public string? NodeRegion { get; set; }

    public Dictionary<string, string> NodeVariables { get; } = [];

    public ConcurrentDictionary<(string, string), ServiceAccountFacts?> Accounts { get; } = new();

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<AwsWorld> StartAsync(
        Func<AwsEnvironment, AwsEnvironment>? environment = null, AwsProviderOptions? options = null)
    {
        var time = new ImpatientTime();
        AwsServer server = await AwsServer.StartAsync(new AwsServerOptions { Time = time }, Stop);
        var plain = new AwsEnvironment
        {
            Endpoints = new Dictionary<string, Uri> { [""] = server.Url },
            AgentIPv4 = new Uri(server.Url, "/v1/credentials"),
            AgentIPv6 = new Uri(server.Url, "/v1/credentials"),
        };
        return new AwsWorld(server, time, environment?.Invoke(plain) ?? plain, options ?? new AwsProviderOptions { HashKey = new byte[32] });
    }

    /// <summary>A ServiceAccount with a role that its tokens may assume.</summary>
    public Role Account(string ns, string name, params PolicyDocument[] policies)
    {
        Role role = Server.Seed.Role($"{ns}-{name}", PolicyDocument.TrustWebIdentity(Issuer, $"system:serviceaccount:{ns}:{name}"), policies);
        Accounts[(ns, name)] = new ServiceAccountFacts("sa-uid-" + name, new Dictionary<string, string> { ["eks.amazonaws.com/role-arn"] = role.Arn });
        return role;
    }

    public AccessRequest Pod(string ns, string account, string pod = "pod", IReadOnlyDictionary<string, SecretBytes>? secrets = null, bool tokens = true) => new()
    {
        Pod = new PodIdentity
        {
            Namespace = ns,
            PodName = pod,
            PodUid = "uid-" + pod,
            ServiceAccount = account,
            ServiceAccountUid = tokens ? "sa-uid-" + account : null,
        },
        Tokens = tokens ? new PodTokens([Token(ns, account, "sts.amazonaws.com", pod), Token(ns, account, "pods.eks.amazonaws.com", pod)]) : PodTokens.None,
        NodePublishSecrets = secrets ?? new Dictionary<string, SecretBytes>(),
        IdentityMaxAge = TimeSpan.FromSeconds(60),
    };

    public static ClassParameters Class(string objects, params (string Name, string Value)[] more) => new(
        "shop/db", new Dictionary<string, string>(more.Select(m => new KeyValuePair<string, string>(m.Name, m.Value)))
        {
            ["objects"] = objects,
            ["region"] = more.Any(m => m.Name == "region") ? more.First(m => m.Name == "region").Value : "us-east-1",
        });

    public async Task<AwsAccess> OpenAsync(AccessRequest request, ClassPlan plan) =>
        (AwsAccess)await Provider.OpenAsync(plan, request, Stop);

    /// <summary>Reads the whole class as a first mount does, or as a refresh does when versions are known.</summary>
    public async Task<IReadOnlyList<FetchResult>> FetchAsync(ClassPlan plan, AccessRequest request, params string?[] known)
    {
        AwsAccess access = await OpenAsync(request, plan);
        FetchItem[] items = [.. plan.Objects.Select((o, i) => new FetchItem(o.Request, known.Length > i ? known[i] : null))];
        return await Provider.FetchAsync(access, items, Stop);
    }

    public int Calls(string operation) => Server.Calls.Count(operation);

    public async ValueTask DisposeAsync()
    {
        Clients.Dispose();
        issuer.Dispose();
        await Server.DisposeAsync();
    }

    private KeyValuePair<string, PodToken> Token(string ns, string account, string audience, string pod) => new(
        audience,
        new PodToken(
            SecretBytes.FromText(issuer.ServiceAccountToken(ns, account, audience, TimeSpan.FromHours(1), pod, "uid-" + pod)),
            Time.GetUtcNow().AddHours(1)));
}

internal static class Results
{
    public static string Text(this FetchResult result) =>
        System.Text.Encoding.UTF8.GetString(Assert.IsType<FetchResult.Value>(result).Content.Span);

    public static string Version(this FetchResult result) => Assert.IsType<FetchResult.Value>(result).Version;

    public static SecretsException Why(this FetchResult result) => result switch
    {
        FetchResult.Failed failed => failed.Why,
        FetchResult.Missing missing => missing.Why,
        _ => throw new InvalidOperationException($"{result.GetType().Name} is no failure"),
    };
}
