using System.Net.Sockets;
using CsiSecrets.Model;

namespace CsiSecrets.Hosting;

/// <summary>What the program says about itself.</summary>
internal static class Usage
{
    public static int PrintVersion()
    {
        Console.Out.WriteLine($"csi-secrets {NodeHost.Version}");
        return 0;
    }

    public static int Print(TextWriter to, int exitCode)
    {
        to.WriteLine($"""
            csi-secrets {NodeHost.Version}: secrets as files in Kubernetes pods

            csi-secrets node [flags]     the node driver (a DaemonSet); csi-secrets node --help lists its flags
            csi-secrets local FOLDER     the same driver without a cluster: pods and classes from FOLDER, files on this machine
            csi-secrets render MANIFEST... --values FILE     what templates make of values: files or the Secret
            csi-secrets controller       ExternalSecrets synced to native Secrets (a Deployment); --help lists its flags
            csi-secrets version          the version
            """);
        return exitCode;
    }

    /// <summary>What the machine or its settings may do to a start: no defect of ours.</summary>
    public static bool IsOfTheMachine(Exception e) => e is SecretsException or IOException or UnauthorizedAccessException or SocketException;

    /// <summary>It could not start, or go on.</summary>
    public static int Fail(string verb, Exception e, string remedy)
    {
        Console.Error.WriteLine($"csi-secrets {verb}: {(e is SecretsException ? e.Message : $"{OneLine.Of(e.Message).TrimEnd('.')}: {remedy}")}");
        return 1;
    }

    /// <summary>Wrong flags: all of them, then the exit code of a usage error.</summary>
    public static int Refuse(string verb, IReadOnlyList<string> errors)
    {
        foreach (string error in errors)
        {
            Console.Error.WriteLine($"csi-secrets {verb}: {OneLine.Of(error)}");
        }

        Console.Error.WriteLine($"csi-secrets {verb} --help lists the flags");

        return 2;
    }
}
