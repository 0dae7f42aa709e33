using System.Net;
using System.Net.Sockets;
using CsiSecrets.InPlace.Wishes;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.InPlace.Http;

/// <summary>
/// One HTTP call to a pod's own address. Each call has a connection of its own: no proxy, no redirect, no cookie, no name to resolve, two seconds
/// in all. Of the answer only the status counts; its body is never read.
/// </summary>
/// <param name="cluster">The pods and the node's addresses.</param>
/// <param name="dial">Opens a connection; a test leads it to a server of its own.</param>
/// <param name="time">Clock.</param>
internal sealed class HttpReload(PodCluster cluster, Func<IPEndPoint, CancellationToken, ValueTask<Stream>> dial, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private const int LongestHeadersKilobytes = 16;

    public async Task<ReloadResult> CallAsync(Pod pod, HttpWish wish, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            (IReadOnlyList<IPAddress> addresses, string? refusal) =
                PodAddress.Of(pod, await cluster.NodeAddresses(either.Token), cluster.Pods());
            return refusal is null ? await SendAsync(addresses, wish, either.Token) : new ReloadResult(ReloadOutcome.Refused, refusal);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ReloadResult(ReloadOutcome.Timeout, $"there was no answer in {Patience.TotalSeconds:0} s: answer before the work is done");
        }
        catch (HttpRequestException e)
        {
            return new ReloadResult(ReloadOutcome.Unreachable, $"the application cannot be reached ({e.HttpRequestError}): is it listening on that port, at all addresses?");
        }
        catch (SecretsException e)
        {
            return new ReloadResult(ReloadOutcome.Failed, $"the node's own addresses are not known: {e.Message}");
        }
    }

    /// <summary>The plain way to <see cref="Stream"/> of a socket.</summary>
    public static async ValueTask<Stream> DialAsync(IPEndPoint to, CancellationToken cancellationToken)
    {
        var socket = new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(to, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<ReloadResult> SendAsync(IReadOnlyList<IPAddress> addresses, HttpWish wish, CancellationToken cancellationToken)
    {
        using var http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            MaxResponseHeadersLength = LongestHeadersKilobytes,
            MaxResponseDrainSize = 0,
            ConnectCallback = (_, token) => ConnectAsync(addresses, wish.Port, token),
        });
        string host = new IPEndPoint(addresses[0], wish.Port).ToString();
        var address = new Uri($"http://{host}{wish.Path}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(new HttpMethod(wish.Method), address);
        request.Headers.TryAddWithoutValidation("User-Agent", "csi-secrets");
        request.Headers.ConnectionClose = true;
        request.Content = wish.Method == "GET" ? null : new ByteArrayContent([]);
        using HttpResponseMessage answer = await http.SendAsync(request, cancellationToken);
        return (int)answer.StatusCode switch
        {
            >= 200 and < 300 => ReloadResult.Done,
            >= 300 and < 400 and var code => new ReloadResult(ReloadOutcome.Status, $"it was answered with {code}, and redirects are not followed: name the path that does the work"),
            var code => new ReloadResult(ReloadOutcome.Status, $"it was answered with {code}: see the application's log"),
        };
    }

    /// <summary>The pod's addresses in turn: an application may listen at one of them only.</summary>
    private async ValueTask<Stream> ConnectAsync(IReadOnlyList<IPAddress> addresses, int port, CancellationToken cancellationToken)
    {
        for (int i = 0; ; i++)
        {
            try
            {
                return await dial(new IPEndPoint(addresses[i], port), cancellationToken);
            }
            catch (SocketException) when (i + 1 < addresses.Count)
            {
                // The next one, within the same two seconds.
            }
        }
    }
}
