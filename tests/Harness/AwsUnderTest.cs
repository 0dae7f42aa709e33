using System.Text.Json.Nodes;
using CsiSecrets.AwsApi;
using CsiSecrets.Hosting;
using CsiSecrets.Providers;
using CsiSecrets.Providers.Aws;
using CsiSecrets.Providers.Aws.Stores;
using CsiSecrets.Providers.Stores;
using CsiSecrets.Tests.Aws.Hosting;
using CsiSecrets.Tests.Aws.Iam;
using CsiSecrets.Tests.Aws.Oidc;
using CsiSecrets.Volumes;

namespace CsiSecrets.Tests.Harness;

/// <summary>A node under test whose provider is the real one for AWS, against the AWS endpoint of the tests, both on the test's clock.</summary>
internal sealed class AwsUnderTest : IAsyncDisposable
{
    public const string Issuer = "https://oidc.example/id/1";
    public const string AgentAudience = "pods.eks.amazonaws.com";

    private AwsUnderTest(NodeUnderTest node, AwsServer server) => (Node, Server) = (node, server);

    public NodeUnderTest Node { get; }

    public AwsServer Server { get; }

    public static async Task<AwsUnderTest> StartAsync(Action<NodeOptions>? options = null, Func<AwsEnvironment, AwsEnvironment>? environment = null)
    {
        var clock = new LateClock();
        AwsServer server = await AwsServer.StartAsync(new AwsServerOptions { Time = clock }, TestContext.Current.CancellationToken);
        var issuer = new TokenIssuer(Issuer, clock);
        server.Seed.Oidc(issuer.Provider(NodeUnderTest.FirstAudience));
        var plain = new AwsEnvironment
        {
            Endpoints = new Dictionary<string, Uri> { [""] = server.Url },
            AgentIPv4 = new Uri(server.Url, "/v1/credentials"),
            AgentIPv6 = new Uri(server.Url, "/v1/credentials"),
        };
        NodeUnderTest? node = null;
        await Undoing.StartAsync(server, async () => node = await NodeUnderTest.StartAsync(new NodeSetup
        {
            Options = options ?? (static _ => { }),
            Providers = (o, access, time) =>
            {
                clock.Clock = time;
                return Providers(o, access, time, environment?.Invoke(plain) ?? plain);
            },
            Tokens = new SignedTokens(issuer),
            Audiences = [NodeUnderTest.FirstAudience, AgentAudience],
        }));
        return new AwsUnderTest(node!, server);
    }

    /// <summary>A ServiceAccount with a role that its tokens may assume; no policies: it may do everything.</summary>
    public Role Account(string ns, string name, params PolicyDocument[] policies)
    {
        Role role = Server.Seed.Role($"{ns}-{name}", PolicyDocument.TrustWebIdentity(Issuer, $"system:serviceaccount:{ns}:{name}"), policies);
        Node.Cluster.Account(ns, name, new JsonObject { ["eks.amazonaws.com/role-arn"] = role.Arn });
        return role;
    }

    /// <summary>A class with this YAML as <c>objects</c>.</summary>
    public void Class(string ns, string name, string objects, params (string Name, string Value)[] parameters) =>
        Node.Cluster.ClassOf("aws", ns, name, [("objects", objects), .. parameters]);

    /// <summary>Calls of an operation that the endpoint has seen; null counts all.</summary>
    public int Calls(string? operation = null) => Server.Calls.Count(operation);

    public async ValueTask DisposeAsync()
    {
        await Node.DisposeAsync();
        await Server.DisposeAsync();
    }

    private static ProviderSet Providers(NodeOptions options, ClusterAccess access, TimeProvider time, AwsEnvironment environment)
    {
        var clients = new AwsClients(environment, static _ => null, time);
        var settings = new AwsProviderOptions { AllowNodeCredentials = options.AllowNodeCredentials, HashKey = new byte[32] };
        var provider = new AwsProvider(clients, access, settings);
        return new ProviderSet(
            [provider],
            new DenialMemory(
                () => [.. clients.Denied.Snapshot().Select(d => new DeniedCall(d.Access, d.Operation, d.Until))],
                kept => clients.Denied.Restore(kept.Select(d => new DeniedOperation(d.Access, d.Operation, d.Until)))),
            clients,
            [new AwsStoreProvider(clients, access, new SecretReferences(access, time), settings)]);
    }

    /// <summary>The node's clock, which begins after the endpoint does.</summary>
    private sealed class LateClock : TimeProvider
    {
        public TimeProvider Clock { get; set; } = System;

        public override DateTimeOffset GetUtcNow() => Clock.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            Clock.CreateTimer(callback, state, dueTime, period);
    }
}
