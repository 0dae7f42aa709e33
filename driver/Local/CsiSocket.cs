using System.Net.Sockets;
using CsiSecrets.Csi.Wire;
using Grpc.Core;
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

    public Task PublishAsync(NodePublishVolumeRequest request, CancellationToken cancellationToken) =>
        CallAsync(token => node.NodePublishVolumeAsync(request, cancellationToken: token).ResponseAsync, cancellationToken);

    public Task UnpublishAsync(NodeUnpublishVolumeRequest request, CancellationToken cancellationToken) =>
        CallAsync(token => node.NodeUnpublishVolumeAsync(request, cancellationToken: token).ResponseAsync, cancellationToken);

    private async Task CallAsync(Func<CancellationToken, Task> call, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Patience, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await call(linked.Token);
        }
        catch (RpcException e) when (cancellationToken.IsCancellationRequested)
        {
            // A call that is cancelled while its answer arrives fails in whatever way the client library came upon it.
            throw new OperationCanceledException("the call was cancelled", e, cancellationToken);
        }
    }

    public void Dispose() => channel.Dispose();
}
