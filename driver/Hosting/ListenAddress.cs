using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace CsiSecrets.Hosting;

/// <summary>An address to listen on, as Go writes it: <c>:8095</c> is every interface; empty or <c>0</c> is none.</summary>
internal static class ListenAddress
{
    public static IPEndPoint? Parse(string text) =>
        text.StartsWith(':') && ushort.TryParse(text.AsSpan(1), out ushort port) ? new IPEndPoint(IPAddress.IPv6Any, port)
        : IPEndPoint.TryParse(text, out IPEndPoint? parsed) && parsed.Port > 0 ? parsed
        : text.StartsWith("localhost:", StringComparison.Ordinal) && ushort.TryParse(text.AsSpan(10), out port) ? new IPEndPoint(IPAddress.Loopback, port)
        : null;

    /// <summary>What is wrong with a flag's address; null when nothing is.</summary>
    public static string? Problem(string flag, string address) =>
        address is "" or "0" || Parse(address) is not null ? null : $"--{flag}: not an address like :8095 or 127.0.0.1:8095";

    /// <summary>Serves plain HTTP at each of the addresses, once.</summary>
    public static void Listen(KestrelServerOptions kestrel, params string[] addresses)
    {
        foreach (IPEndPoint endpoint in addresses.Distinct().Select(Parse).OfType<IPEndPoint>())
        {
            // "Every interface" of a node without IPv6 is 0.0.0.0.
            bool any = endpoint.Address.Equals(IPAddress.IPv6Any) && !System.Net.Sockets.Socket.OSSupportsIPv6;
            kestrel.Listen(any ? new IPEndPoint(IPAddress.Any, endpoint.Port) : endpoint, listen => listen.Protocols = HttpProtocols.Http1);
        }
    }
}
