using System.Net.Sockets;
using CsiSecrets.Csi.Wire;
using Grpc.Net.Client;

namespace CsiSecrets.Bench.Rig;

/// <summary>Calls the driver as the kubelet does, over its socket.</summary>
internal sealed class Kubelet : IDisposable
{
    private const string Prefix = "csi.storage.k8s.io/";

    private readonly GrpcChannel channel;
    private readonly Node.NodeClient node;
    private readonly Identity.IdentityClient identity;

    public Kubelet(string socket)
    {
        channel = GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler
            {
                ConnectCallback = async (_, token) =>
                {
                    var unix = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                    await unix.ConnectAsync(new UnixDomainSocketEndPoint(socket), token);
                    return new NetworkStream(unix, ownsSocket: true);
                },
            },
        });
        node = new Node.NodeClient(channel);
        identity = new Identity.IdentityClient(channel);
    }

    public async Task ProbeAsync(CancellationToken cancellationToken) =>
        await identity.ProbeAsync(new ProbeRequest(), cancellationToken: cancellationToken);

    /// <summary>First mount and republish are the same call.</summary>
    public Task PublishAsync(BenchPod pod, string className, CancellationToken cancellationToken) =>
        PublishAsync(pod, className, null, cancellationToken);

    /// <param name="pod">The pod.</param>
    /// <param name="className">Its SecretProviderClass.</param>
    /// <param name="objects">A volume attribute in place of the class's parameter of this name.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task PublishAsync(BenchPod pod, string className, string? objects, CancellationToken cancellationToken)
    {
        var request = new NodePublishVolumeRequest
        {
            VolumeId = pod.VolumeId,
            TargetPath = pod.Target,
            Readonly = true,
            VolumeCapability = new VolumeCapability
            {
                Mount = new VolumeCapability.Types.MountVolume(),
                AccessMode = new VolumeCapability.Types.AccessMode { Mode = VolumeCapability.Types.AccessMode.Types.Mode.SingleNodeWriter },
            },
            VolumeContext =
                {
                    [Prefix + "pod.name"] = pod.Name,
                    [Prefix + "pod.namespace"] = Town.Namespace,
                    [Prefix + "pod.uid"] = pod.Uid,
                    [Prefix + "serviceAccount.name"] = pod.Account,
                    [Prefix + "serviceAccount.tokens"] = pod.Tokens,
                    [Prefix + "ephemeral"] = "true",
                    ["secretProviderClass"] = className,
                },
        };
        if (objects is not null)
        {
            request.VolumeContext["objects"] = objects;
        }

        await node.NodePublishVolumeAsync(request, cancellationToken: cancellationToken);
    }

    public async Task UnpublishAsync(BenchPod pod, CancellationToken cancellationToken) =>
        await node.NodeUnpublishVolumeAsync(
            new NodeUnpublishVolumeRequest { VolumeId = pod.VolumeId, TargetPath = pod.Target }, cancellationToken: cancellationToken);

    public async Task StatsAsync(BenchPod pod, CancellationToken cancellationToken) =>
        await node.NodeGetVolumeStatsAsync(
            new NodeGetVolumeStatsRequest { VolumeId = pod.VolumeId, VolumePath = pod.Target }, cancellationToken: cancellationToken);

    /// <summary>The kubelet makes the folder above the target before it calls.</summary>
    public static void PrepareTarget(BenchPod pod) => Directory.CreateDirectory(Path.GetDirectoryName(pod.Target)!);

    public void Dispose() => channel.Dispose();
}
