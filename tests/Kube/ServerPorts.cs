using System.Net;
using System.Net.Sockets;

namespace CsiSecrets.Tests.Kube;

/// <summary>Ports for servers that are started as processes of their own, by number. They lie below those that the kernel gives to connections, and no two
/// servers of this process get the same: one that is merely free now may be somebody's a moment later.</summary>
internal static class ServerPorts
{
    private const int First = 20_000;
    private const int Last = 32_000;
    private static int next = First + (Environment.ProcessId % 300 * 40);

    /// <summary>The first of so many in a row.</summary>
    public static int Take(int count)
    {
        while (true)
        {
            int first = Interlocked.Add(ref next, count) - count;
            if (first + count > Last)
            {
                Interlocked.CompareExchange(ref next, First, first + count);
                continue;
            }

            if (Enumerable.Range(first, count).All(IsFree))
            {
                return first;
            }
        }
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
