using System.Net.Sockets;
using CsiSecrets.Csi.Wire;
using Grpc.Net.Client;

namespace CsiSecrets.Local;

/// <summary>The driver's CSI socket as the kubelet dials it.</summary>
internal sealed class CsiSocket : IDisposable
{
    /// <summary>The kubelet's own limit.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly GrpcChannel channel;
    private readonly Node.NodeClient node;
    private readonly TimeProvider time;

    public CsiSocket(string path, TimeProvider time)
    {
        this.time = time;
        channel = GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions
        {
            ThrowOperationCanceledOnCancellation = true,
            DisposeHttpClient = true,
            HttpHandler = new SocketsHttpHandler
            {
                UseProxy = false,
                ConnectCallback = async (_, token) =>
                {
                    var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                    try
                    {
                        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), token);
                        return new NetworkStream(socket, ownsSocket: true);
                    }
                    catch
                    {
                        socket.Dispose();
                        throw;
                    }
                },
            },
        });
        node = new Node.NodeClient(channel);
    }

    public async Task PublishAsync(NodePublishVolumeRequest request, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Patience, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        await node.NodePublishVolumeAsync(request, cancellationToken: linked.Token);
    }

    public async Task UnpublishAsync(NodeUnpublishVolumeRequest request, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Patience, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        await node.NodeUnpublishVolumeAsync(request, cancellationToken: linked.Token);
    }

    public void Dispose() => channel.Dispose();
}
