using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace CsiSecrets.Hosting;

/// <summary>The sockets of a node: CSI and registration as unix sockets private to root, health and metrics over TCP.</summary>
internal sealed class Sockets(NodeOptions options)
{
    /// <summary>What the kernel has room for.</summary>
    public const int LongestPath = 107;

    public string Csi => options.SocketPath;

    /// <summary>Empty when the driver does not register itself.</summary>
    public string Registration => options.RegistrationDirectory.Length == 0
        ? ""
        : Path.Combine(options.RegistrationDirectory, options.DriverName + "-reg.sock");

    /// <summary>Removes what a killed process left, and listens. The CSI socket comes first: once the kubelet sees the other, it dials it.</summary>
    public void Listen(KestrelServerOptions kestrel)
    {
        if (Registration.Length > 0 && !Directory.Exists(options.RegistrationDirectory))
        {
            throw Folders.Unusable(
                "registration-dir", options.RegistrationDirectory, "there is no such folder", "mount the kubelet's plugins_registry there");
        }

        foreach (string socket in Unix())
        {
            string flag = socket == Csi ? "endpoint" : "registration-dir";
            Folders.In(flag, Path.GetDirectoryName(socket)!, () =>
            {
                File.Delete(socket);
                return true;
            });
            kestrel.ListenUnixSocket(socket, listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                ((IConnectionBuilder)listen).Use(LocalAuthority.Wrap);
            });
        }

        ListenAddress.Listen(kestrel, options.HealthAddress, options.MetricsAddress);
    }

    /// <summary>Only root may dial: a token travels over the socket.</summary>
    public void Protect()
    {
        foreach (string socket in Unix())
        {
            File.SetUnixFileMode(socket, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    /// <summary>Takes the registration away, so that the kubelet unregisters the driver before it stops answering.</summary>
    public void Unregister()
    {
        if (Registration.Length > 0)
        {
            File.Delete(Registration);
        }
    }

    public IReadOnlyList<string> Unix() => Registration.Length == 0 ? [Csi] : [Csi, Registration];
}
