using System.Diagnostics;
using CsiSecrets.Posix;

namespace CsiSecrets.Bench.Rig;

/// <summary>
/// Mount and process namespaces of the program's own: the program starts itself again inside. Whatever it mounts and starts there is gone when it
/// ends, however it ends, and /run is its own.
/// </summary>
internal static class Sandbox
{
    /// <summary>A tmpfs inside, which sockets and volumes are on.</summary>
    public const string Folder = "/run/bench";

    private const string Mark = "CSI_SECRETS_BENCH_INSIDE";

    public static bool IsInside => Environment.GetEnvironmentVariable(Mark) is not null;

    /// <summary>Runs the program again in namespaces of its own, and returns its exit code.</summary>
    public static async Task<int> EnterAsync(string[] words)
    {
        if (Environment.UserName != "root")
        {
            await Console.Error.WriteLineAsync("these benchmarks mount file systems: run them as root, or name others by --only (--list shows them)");
            return 2;
        }

        var start = new ProcessStartInfo("unshare") { UseShellExecute = false };
        foreach (string word in (string[])[
            "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child", "--mount-proc", "--",
            Environment.ProcessPath!, .. IsDotnet ? [typeof(Sandbox).Assembly.Location] : Array.Empty<string>(), .. words])
        {
            start.ArgumentList.Add(word);
        }

        start.Environment[Mark] = "1";
        Console.CancelKeyPress += (_, interrupt) => interrupt.Cancel = true; // the terminal tells the inner process, too
        using Process inner = Process.Start(start)!;
        await inner.WaitForExitAsync();
        return inner.ExitCode;
    }

    /// <summary>An empty /run, with a folder for us.</summary>
    public static void Prepare()
    {
        if (Libc.Mount("tmpfs", "/run", "tmpfs", 0, "mode=755") < 0)
        {
            throw PosixException.Last("mount", "/run");
        }

        Directory.CreateDirectory(Folder);
    }

    private static bool IsDotnet => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet";
}
