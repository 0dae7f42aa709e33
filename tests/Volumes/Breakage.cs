using CsiSecrets.Csi.Wire;
using CsiSecrets.Model;
using CsiSecrets.Publishing;
using CsiSecrets.Tests.Harness;
using Grpc.Core;

namespace CsiSecrets.Tests.Volumes;

/// <summary>One way to break one step of the pipeline, and what must be said of it.</summary>
/// <param name="Step">The numbered step that breaks.</param>
/// <param name="Code">The answer to a first mount.</param>
/// <param name="Says">Part of the message.</param>
/// <param name="Break">Breaks it.</param>
internal sealed record Breakage(int Step, StatusCode Code, string Says, Action<NodeUnderTest> Break)
{
    /// <summary>What breaks beyond the request, by name: the class and all after it.</summary>
    public static readonly IReadOnlyDictionary<string, Breakage> All = new Dictionary<string, Breakage>
    {
        ["class gone"] = new(4, StatusCode.NotFound, "failed to get secretproviderclass shop/creds", static n => n.Api.Delete("secretproviderclasses", "shop", "creds")),
        ["provider not set"] = new(4, StatusCode.InvalidArgument, "provider not set", static n => n.Cluster.ClassOf("", "shop", "creds", [("objects", "db")])),
        ["provider unknown"] = new(4, StatusCode.FailedPrecondition, "nobody", static n => n.Cluster.ClassOf("nobody", "shop", "creds", [("objects", "db")])),
        ["parameters missing"] = new(4, StatusCode.InvalidArgument, "parameters not set", static n => n.Cluster.ClassOf("fake", "shop", "creds", [])),
        ["parameters bad"] = new(4, StatusCode.InvalidArgument, "parameters.objects", static n => n.Cluster.ClassOf("fake", "shop", "creds", [("object", "db")])),
        ["interval bad"] = new(4, StatusCode.InvalidArgument, "rotationPollInterval", static n => n.Cluster.Class("shop", "creds", "db", ("rotationPollInterval", "soon"))),
        ["identity refused"] = new(5, StatusCode.PermissionDenied, "as the test wants", static n => n.Secrets.Fail = At("open", FailureReason.AccessDenied)),
        ["secret denied"] = new(5, StatusCode.PermissionDenied, "as the test wants", static n => n.Secrets.Fail = At("db", FailureReason.AccessDenied)),
        ["secret gone"] = new(5, StatusCode.NotFound, "no such secret", static n => n.Secrets.Remove("db")),
        ["token missing"] = new(5, StatusCode.FailedPrecondition, "as the test wants", static n => n.Secrets.Fail = At("open", FailureReason.TokenMissing)),
        ["provider unreachable"] = new(5, StatusCode.Unavailable, "as the test wants", static n => n.Secrets.Fail = At("db", FailureReason.ProviderUnavailable)),
        ["provider throttles"] = new(5, StatusCode.Unavailable, "as the test wants", static n => n.Secrets.Fail = At("db", FailureReason.Throttled)),
        ["provider has a defect"] = new(5, StatusCode.Internal, "failed unexpectedly", static n => n.Secrets.Called = () => throw new InvalidOperationException("marker-of-a-defect")),
        ["path unsafe"] = new(6, StatusCode.InvalidArgument, "..", static n => n.Cluster.Class("shop", "creds", "../db")),
        ["one path for two objects"] = new(6, StatusCode.InvalidArgument, "db", static n => n.Cluster.Class("shop", "creds", "db,db")),
        ["volume too large"] = new(7, StatusCode.ResourceExhausted, "--max-volume-size", static n => n.Options.Volumes.VolumeBytes = 1),
        ["node's bound reached"] = new(7, StatusCode.ResourceExhausted, "--max-node-size", static n => n.Options.Volumes.NodeBytes = 1),
        ["disk full"] = new(7, StatusCode.Internal, "No space left", static n => n.Swapping = static step =>
        {
            if (step == SwapStep.FileWritten)
            {
                throw new CsiSecrets.Posix.PosixException("write", "db", 28);
            }
        }),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    /// <summary>Everything as it should be again.</summary>
    public static async Task RepairAsync(NodeUnderTest node)
    {
        node.Secrets.Fail = static _ => null;
        node.Secrets.Called = static () => { };
        node.Swapping = static _ => { };
        node.Options.Volumes.VolumeBytes = 16 << 20;
        node.Options.Volumes.NodeBytes = long.MaxValue;
        node.Secrets.Put("db", "second");
        node.Cluster.Class("shop", "creds", "db");
        await node.SeesClassAsync("shop", "creds");
    }

    /// <summary>A node with what the breakages break.</summary>
    public static async Task<NodeUnderTest> NodeAsync(NodeSetup? setup = null)
    {
        NodeUnderTest node = await NodeUnderTest.StartAsync(setup);
        node.Secrets.Put("db", "first");
        node.Secrets.Put("../db", "outside");
        node.Cluster.Class("shop", "creds", "db");
        return node;
    }

    private static Func<string, SecretsException?> At(string call, FailureReason reason) =>
        asked => asked == call ? new SecretsException(reason, call, "as the test wants", "mend the test") : null;
}

/// <summary>Requests that no reader may accept.</summary>
internal sealed record BadRequest(StatusCode Code, string Says, Action<NodePublishVolumeRequest> Change)
{
    private const string TokensKey = "csi.storage.k8s.io/serviceAccount.tokens";

    public static readonly IReadOnlyDictionary<string, BadRequest> All = new Dictionary<string, BadRequest>
    {
        ["no capability"] = new(StatusCode.InvalidArgument, "capability missing", static r => r.VolumeCapability = null),
        ["block device"] = new(StatusCode.InvalidArgument, "not supported", static r => r.VolumeCapability.Block = new VolumeCapability.Types.BlockVolume()),
        ["not read-only"] = new(StatusCode.InvalidArgument, "Readonly is not true", static r => r.Readonly = false),
        ["no attributes"] = new(StatusCode.InvalidArgument, "attributes missing", static r => r.VolumeContext.Clear()),
        ["no class"] = new(StatusCode.InvalidArgument, "secretProviderClass is not set", static r => r.VolumeContext.Remove("secretProviderClass")),
        ["class no name"] = new(StatusCode.InvalidArgument, "not a Kubernetes name", static r => r.VolumeContext["secretProviderClass"] = "../secrets"),
        ["no pod"] = new(StatusCode.FailedPrecondition, "podInfoOnMount", static r => r.VolumeContext.Remove("csi.storage.k8s.io/pod.name")),
        ["group no number"] = new(StatusCode.InvalidArgument, "group", static r => r.VolumeCapability.Mount.VolumeMountGroup = "staff"),
        ["tokens no JSON"] = new(StatusCode.Unauthenticated, "not the JSON", static r => r.VolumeContext[TokensKey] = "{"),
        ["tokens an array"] = new(StatusCode.Unauthenticated, "not the JSON", static r => r.VolumeContext[TokensKey] = "[]"),
        ["token no token"] = new(StatusCode.Unauthenticated, "not the JSON", static r => r.VolumeContext[TokensKey] = """{"sts.amazonaws.com":{"token":"a.b.c","expirationTimestamp":"2026-03-02T09:00:00Z"}}"""),
        ["expiry no time"] = new(StatusCode.Unauthenticated, "not the JSON", static r => r.VolumeContext[TokensKey] = """{"sts.amazonaws.com":{"token":"a.e30.c","expirationTimestamp":"soon"}}"""),
        ["token of another pod"] = new(StatusCode.Unauthenticated, "bound to another pod", static r => r.VolumeContext["csi.storage.k8s.io/pod.uid"] = "another"),
        ["token of another account"] = new(StatusCode.Unauthenticated, "not of ServiceAccount shop/admin", static r => r.VolumeContext["csi.storage.k8s.io/serviceAccount.name"] = "admin"),
        ["token of another namespace"] = new(StatusCode.Unauthenticated, "not of ServiceAccount bank/default", static r => r.VolumeContext["csi.storage.k8s.io/pod.namespace"] = "bank"),
    };

    public static TheoryData<string> Names => [.. All.Keys];
}
