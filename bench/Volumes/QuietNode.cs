using CsiSecrets.AwsApi;
using CsiSecrets.Bench.Rig;
using CsiSecrets.Hosting;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Posix;
using CsiSecrets.Providers;
using CsiSecrets.Providers.Aws;
using CsiSecrets.Telemetry;
using CsiSecrets.Tests.Aws.Hosting;
using CsiSecrets.Tests.Aws.Iam;
using CsiSecrets.Tests.Aws.Oidc;
using CsiSecrets.Volumes;

namespace CsiSecrets.Bench.Volumes;

/// <summary>A node's engine in this process, on real tmpfs and against an AWS endpoint of its own, both by one clock that can be put forward.</summary>
internal sealed class QuietNode : IAsyncDisposable
{
    public const int Held = 110;
    private const string Issuer = "https://oidc.example/bench";
    private const string RoleAnnotation = "eks.amazonaws.com/role-arn";

    private readonly MovableClock clock;
    private readonly BenchPod[] pods;
    private readonly TokenIssuer issuer;
    private readonly AwsServer server;
    private readonly AwsClients clients;
    private readonly NodeEngine engine;
    private int writes;

    private QuietNode(Stage stage, AwsServer server, MovableClock clock)
    {
        (this.server, this.clock) = (server, clock);
        pods = [.. stage.Town.Residents.Take(Held)];
        issuer = new TokenIssuer(Issuer, clock);
        server.Seed.Oidc(issuer.Provider(AwsStage.Audience));
        Role role = server.Seed.Role("quiet", PolicyDocument.TrustWebIdentity(Issuer, $"system:serviceaccount:{Town.Namespace}:{Town.Account}"));
        clients = new AwsClients(new AwsEnvironment { Endpoints = new Dictionary<string, Uri> { [""] = server.Url } }, _ => null, clock);
        var facts = new ServiceAccountFacts("sa-uid-" + Town.Account, new Dictionary<string, string> { [RoleAnnotation] = role.Arn });
        var access = new ClusterAccess { FindServiceAccount = (_, _, _, _) => Task.FromResult<ServiceAccountFacts?>(facts), NodeRegion = _ => Task.FromResult<string?>(null) };
        var options = new NodeOptions();
        options.Volumes.NodeName = Town.Node;
        options.Volumes.StateDirectory = Stage.NewState();
        engine = new NodeEngine(options, new NodeParts
        {
            Mounts = LinuxMounts.Probe(options.Volumes.StateDirectory),
            Time = clock,
            Meters = new Meters(),
            Cluster = ClusterOf(access),
            Providers = [new AwsProvider(clients, access, new AwsProviderOptions { HashKey = new byte[32] })],
            BootId = "bench",
        });
        engine.Recover();
    }

    /// <summary>What an API server would have been asked to write.</summary>
    public int Writes => writes;

    public int AwsCalls => server.Calls.Count();

    public static async Task<QuietNode> StartAsync(Stage stage, CancellationToken cancellationToken)
    {
        var clock = new MovableClock(TimeProvider.System);
        AwsServer server = await AwsServer.StartAsync(new AwsServerOptions { Time = clock }, cancellationToken);
        for (int i = 0; i < 4; i++)
        {
            server.Seed.Secret(Town.SecretOf("quiet", i), Town.ValueOf("quiet", i, 40), region: AwsStage.Region);
        }

        var node = new QuietNode(stage, server, clock);
        await node.PublishAsync(cancellationToken);
        return node;
    }

    public void Reset()
    {
        writes = 0;
        server.Calls.Reset();
    }

    /// <summary>Time passes; what is due is refreshed, and perhaps the kubelet calls for each volume.</summary>
    public async Task AdvanceAsync(TimeSpan by, bool republish, CancellationToken cancellationToken)
    {
        clock.Advance(by);
        await engine.Rotation.RunDueAsync(cancellationToken);
        if (republish)
        {
            await PublishAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (BenchPod pod in pods)
        {
            await engine.Unpublish.UnpublishAsync(() => (pod.VolumeId, pod.Target), CancellationToken.None);
        }

        engine.Dispose();
        clients.Dispose();
        issuer.Dispose();
        await server.DisposeAsync();
    }

    private async Task PublishAsync(CancellationToken cancellationToken)
    {
        foreach (BenchPod pod in pods)
        {
            Kubelet.PrepareTarget(pod);
            await engine.Publish.PublishAsync(() => (pod.VolumeId, pod.Target), () => RequestOf(pod), cancellationToken);
        }
    }

    private PublishRequest RequestOf(BenchPod pod) => new()
    {
        VolumeId = pod.VolumeId,
        TargetPath = pod.Target,
        Pod = new PodIdentity
        {
            Namespace = Town.Namespace,
            PodName = pod.Name,
            PodUid = pod.Uid,
            ServiceAccount = Town.Account,
            ServiceAccountUid = "sa-uid-" + Town.Account,
        },
        ClassName = "quiet",
        Attributes = new Dictionary<string, string>(),
        Tokens = new PodTokens([new(AwsStage.Audience, new PodToken(
            SecretBytes.FromText(issuer.ServiceAccountToken(Town.Namespace, Town.Account, AwsStage.Audience, TimeSpan.FromHours(1), pod.Name, pod.Uid)),
            clock.GetUtcNow().AddHours(1)))]),
        Secrets = new Dictionary<string, SecretBytes>(),
    };

    private NodeCluster ClusterOf(ClusterAccess access)
    {
        var quiet = new SecretProviderClass
        {
            Metadata = new ObjectMeta { Namespace = Town.Namespace, Name = "quiet" },
            Spec = new SecretProviderClassSpec
            {
                Provider = "aws",
                Parameters = new Dictionary<string, string>
                {
                    ["region"] = AwsStage.Region,
                    ["objects"] = string.Concat(Enumerable.Range(0, 4).Select(i => $"- {{objectName: {Town.SecretOf("quiet", i)}, objectType: secretsmanager}}\n")),
                },
            },
        };
        return new NodeCluster
        {
            FindClass = (_, _, _) => Task.FromResult<SecretProviderClass?>(quiet),
            DriverFacts = static () => null,
            Access = access,
            WriteStatus = _ => Interlocked.Increment(ref writes),
            PodEvent = (_, _, _, _) => Interlocked.Increment(ref writes),
            Unpublished = static _ => { },
            Registered = static () => { },
            Services = [],
            AddChecks = static _ => { },
            Connect = static (_, _) => { },
        };
    }
}
