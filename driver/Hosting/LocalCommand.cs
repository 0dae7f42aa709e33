using CsiSecrets.Local;
using CsiSecrets.Posix;

namespace CsiSecrets.Hosting;

/// <summary><c>csi-secrets local FOLDER</c>: pods' secrets as files on this machine, without a cluster.</summary>
internal static class LocalCommand
{
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        if (FlagReader.AsksForHelp(arguments))
        {
            Console.Out.WriteLine("csi-secrets local FOLDER [flags]\n" + LocalOptions.FlagsFor(new LocalOptions()).Help());
            return 0;
        }

        (LocalOptions options, IReadOnlyList<string> errors) = LocalOptions.Read(arguments);
        if (errors.Count > 0)
        {
            return Usage.Refuse("local", errors);
        }

        try
        {
            Privileges.ForbidDumps();
            await ServeAsync(options);
            return 0;
        }
        catch (Exception e) when (Usage.IsOfTheMachine(e))
        {
            return Usage.Fail("local", e, "check FOLDER and --mount-dir");
        }
    }

    private static async Task ServeAsync(LocalOptions options)
    {
        TimeProvider time = TimeProvider.System;
        var console = new LocalConsole(Console.Out, Console.Error);
        (IMounts mounts, string place) = LocalMounts.Choose(options.MountDirectory);
        using LocalWorkspace workspace = LocalWorkspace.Take(options.Folder, place, mounts);
        console.Say($"volumes are {mounts.Description}");
        await using var host = new LocalHost(options, workspace, mounts, console, time);
        console.Say($"reading {options.Folder}, secrets from {options.Store}; edit either; Ctrl-C ends");
        await host.RunAsync(CancellationToken.None);
        console.Say("every volume is gone");
    }
}
