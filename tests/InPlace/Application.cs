using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace CsiSecrets.Tests.InPlace;

/// <summary>An application that serves HTTP, byte by byte as the test says, on a real socket. The addresses of pods lead to it.</summary>
internal sealed class Application : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Task serving;

    public Application()
    {
        listener.Start();
        serving = ServeAsync();
    }

    /// <summary>The heads of the requests that came, in order.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>What is answered; null for never anything.</summary>
    public string? Answer { get; set; } = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    /// <summary>The address at which nobody listens.</summary>
    public IPAddress? Deaf { get; set; }

    /// <summary>How many requests are being served now, and the most that ever were.</summary>
    public (int Now, int Most) InFlight { get; private set; }

    public IPEndPoint Address => (IPEndPoint)listener.LocalEndpoint;

    /// <summary>In the place of the network between node and pod.</summary>
    public async ValueTask<Stream> DialAsync(IPEndPoint to, CancellationToken cancellationToken)
    {
        if (to.Address.Equals(Deaf))
        {
            throw new SocketException((int)SocketError.ConnectionRefused);
        }

        var client = new TcpClient();
        await client.ConnectAsync(Address, cancellationToken);
        return client.GetStream();
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await serving;
        stop.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                _ = AnswerAsync(await listener.AcceptTcpClientAsync(stop.Token));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test ends.
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using TcpClient owned = client;
        bool counted = false;
        try
        {
            NetworkStream stream = client.GetStream();
            var head = new StringBuilder();
            byte[] bytes = new byte[4096];
            while (!head.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
            {
                int length = await stream.ReadAsync(bytes, stop.Token);
                if (length == 0)
                {
                    return;
                }

                head.Append(Encoding.ASCII.GetString(bytes, 0, length));
            }

            lock (Requests)
            {
                counted = true;
                InFlight = (InFlight.Now + 1, Math.Max(InFlight.Most, InFlight.Now + 1));
            }

            Requests.Enqueue(head.ToString());
            if (Answer is { } answer)
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), stop.Token);
                if (answer.Contains("Content-Length", StringComparison.Ordinal) || answer.Length < 20)
                {
                    return;
                }
            }

            await stream.ReadAtLeastAsync(bytes, 1, throwOnEndOfStream: false, stop.Token); // until the other side goes
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The other side went, or the test ends.
        }
        finally
        {
            lock (Requests)
            {
                InFlight = (InFlight.Now - (counted ? 1 : 0), InFlight.Most);
            }
        }
    }
}
