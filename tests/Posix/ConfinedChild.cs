using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using CsiSecrets.Model;
using CsiSecrets.Posix;

namespace CsiSecrets.Tests.Posix;

/// <summary>
/// The test program run as its own child: with <see cref="Request"/> in the environment it confines itself, prints what came of it and
/// ends before any test starts.
/// </summary>
internal static class ConfinedChild
{
    public const string Request = "CSI_SECRETS_TEST_CONFINE";

#pragma warning disable CA2255 // a module initializer is the only code of a test program that runs before its generated Main
    [ModuleInitializer]
#pragma warning restore CA2255
    public static void Run()
    {
        if (Environment.GetEnvironmentVariable(Request) is not { Length: > 0 } wanted)
        {
            return;
        }

        try
        {
            if (wanted == "dumps")
            {
                Privileges.ForbidDumps();
                ReportDumps();
                Environment.Exit(0);
            }

            bool signals = wanted == "signals";
            Privileges.DropAndReexec(wanted == "node" ? PrivilegeSet.Node : signals ? PrivilegeSet.SignallingNode : new PrivilegeSet([]));
            Privileges.Confine(signals);
            using ManualResetEventSlim done = new();
            Thread late = new(done.Set);
            late.Start();
            Report(wanted);
            late.Join();
            Environment.Exit(0);
        }
        catch (SecretsException e)
        {
            Console.Out.WriteLine($"failed {e.Message}");
            Environment.Exit(3);
        }
    }

    private static void Report(string wanted)
    {
        foreach (ThreadPrivileges thread in ThreadPrivileges.OfThisProcess())
        {
            Console.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"thread {thread.Inheritable:x} {thread.Permitted:x} {thread.Effective:x} {thread.Bounding:x} {thread.Ambient:x} {thread.NoNewPrivs} {thread.Seccomp}"));
        }

        Console.Out.WriteLine($"arguments {string.Join('|', Environment.GetCommandLineArgs()[1..])}");
        Console.Out.WriteLine($"variable {Environment.GetEnvironmentVariable("CSI_SECRETS_TEST_OTHER")}");
        ReportDumps();
        Probe("unshare", SyscallTable.Current.Denied["unshare"], 0x20000);
        Probe("execve", SyscallTable.Current.Denied["execve"], 0);
        Probe("ptrace", SyscallTable.Current.Denied["ptrace"], 0);
        Probe("keyctl", SyscallTable.Current.Denied["keyctl"], 0);
        Probe("pidfd_open", SyscallTable.PidFdOpen, int.MaxValue);
        if (wanted == "node")
        {
            string scratch = Directory.CreateTempSubdirectory("csi-secrets-confined-").FullName;
            string target = Path.Combine(scratch, "volume");
            LinuxMounts mounts = LinuxMounts.Probe(scratch);
            mounts.Mount(target, new TmpfsOptions(65536, 50));
            SecretFile file = new() { Path = "a", Content = SecretBytes.FromText("1"), Mode = 0x100, Uid = 1000, Gid = 1000 };
            CsiSecrets.Publishing.AtomicDirectory directory = new(mounts, TimeProvider.System);
            CsiSecrets.Publishing.PublishOptions options = new() { Gid = 2000 };
            directory.Publish(target, [file], options);
            bool again = directory.Publish(target, [file], options).Any;
            bool changed = directory.Publish(target, [file with { Mode = 0x120 }], options).Any;
            mounts.Remove(target);
            Directory.Delete(scratch);
            Console.Out.WriteLine($"volume {again} {changed}");
        }
    }

    private static void ReportDumps()
    {
        Console.Out.WriteLine($"core {File.ReadLines("/proc/self/limits").Single(line => line.StartsWith("Max core", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[5]}");
        Console.Out.WriteLine($"dumpable {Libc.Prctl(3, 0, 0, 0, 0)}");
    }

    private static void Probe(string name, uint number, nuint argument) =>
        Console.Out.WriteLine($"{name} {Libc.Syscall(number, argument, 0, 0, 0)} {Marshal.GetLastPInvokeError()}");
}
