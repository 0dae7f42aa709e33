using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace CsiSecrets.Tests.Fakes;

/// <summary>A proxy that lets CONNECT through to one server, wherever the client thinks that it goes; with a user, to that user alone.</summary>
internal sealed class ConnectProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentBag<Task> tunnels = [];
    private readonly int serverPort;
    private readonly string? user;
    private readonly Task accepting;

    /// <param name="serverPort">On the loopback.</param>
    /// <param name="user"><c>name:password</c>; null for anybody.</param>
    public ConnectProxy(int serverPort, string? user)
    {
        (this.serverPort, this.user) = (serverPort, user);
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>What was asked for and let through, <c>host:port</c>.</summary>
    public ConcurrentQueue<string> Opened { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await accepting;
        await Task.WhenAll(tunnels);
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                tunnels.Add(TunnelAsync(await listener.AcceptTcpClientAsync(stop.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // It ends.
        }
    }

    private async Task TunnelAsync(TcpClient client)
    {
        using TcpClient accepted = client;
        NetworkStream near = accepted.GetStream();
        try
        {
            while (await HeadAsync(near) is { } head)
            {
                string wanted = $"Proxy-Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(user ?? ""))}";
                if (user is not null && !head.Contains(wanted, StringComparison.OrdinalIgnoreCase))
                {
                    await near.WriteAsync("HTTP/1.1 407 Who are you\r\nProxy-Authenticate: Basic realm=\"p\"\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), stop.Token);
                    continue;
                }

                using var far = new TcpClient();
                await far.ConnectAsync(IPAddress.Loopback, serverPort, stop.Token);
                Opened.Enqueue(head.Split(' ')[1]);
                await near.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray(), stop.Token);
                await Task.WhenAny(near.CopyToAsync(far.GetStream(), stop.Token), far.GetStream().CopyToAsync(near, stop.Token));
                return;
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
        {
            // Either side has left.
        }
    }

    /// <summary>A request up to its empty line; null at the end.</summary>
    private async Task<string?> HeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, stop.Token) == 0)
            {
                return null;
            }

            head.Append((char)one[0]);
        }

        return head.ToString();
    }
}
