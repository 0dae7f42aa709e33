using System.Diagnostics;
using CsiSecrets.Tests.Fakes;
using CsiSecrets.Tests.Harness;

namespace CsiSecrets.Tests.InPlace;

/// <summary>A /proc of a few real processes, whose cgroups are as the test says; all else about them is the kernel's own.</summary>
internal sealed class ProcFolder : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly List<Process> children = [];

    public string Path => Directory.CreateDirectory(folder["proc"]).FullName;

    /// <summary>Starts a shell script as a program of that name, and returns once it has printed <c>ready</c>.</summary>
    public async Task<Child> StartAsync(string name, string script)
    {
        string program = System.IO.Path.Combine(Directory.CreateDirectory(folder[$"bin-{children.Count}"]).FullName, name);
        File.CreateSymbolicLink(program, "/bin/sh");
        var process = Process.Start(new ProcessStartInfo(program, ["-c", script]) { RedirectStandardOutput = true })!;
        children.Add(process);
        var child = new Child(process);
        Assert.Equal("ready", (await child.LineAsync()).Split(' ')[0]);
        return child;
    }

    /// <summary>Shows a process in the group of that pod.</summary>
    public void Show(int process, string podUid)
    {
        string shown = Directory.CreateDirectory(System.IO.Path.Combine(Path, $"{process}")).FullName;
        foreach (string file in (string[])["comm", "cmdline", "status"])
        {
            File.Delete(System.IO.Path.Combine(shown, file));
            File.CreateSymbolicLink(System.IO.Path.Combine(shown, file), $"/proc/{process}/{file}");
        }

        File.WriteAllText(System.IO.Path.Combine(shown, "cgroup"), GroupOf(podUid));
    }

    /// <summary>Shows a process that is none.</summary>
    public void Invent(int process, string podUid, string name, string status)
    {
        string shown = Directory.CreateDirectory(System.IO.Path.Combine(Path, $"{process}")).FullName;
        File.WriteAllText(System.IO.Path.Combine(shown, "comm"), name + "\n");
        File.WriteAllText(System.IO.Path.Combine(shown, "cmdline"), $"/bin/{name}\0-x\0");
        File.WriteAllText(System.IO.Path.Combine(shown, "status"), status);
        File.WriteAllText(System.IO.Path.Combine(shown, "cgroup"), GroupOf(podUid));
    }

    /// <summary>Ends every child.</summary>
    public void End()
    {
        foreach (Process child in children)
        {
            child.Kill(entireProcessTree: true);
            child.WaitForExit();
            child.Dispose();
        }

        children.Clear();
    }

    public void Dispose()
    {
        End();
        folder.Dispose();
    }

    private static string GroupOf(string podUid) => $"9:name=systemd:/kubepods/besteffort/pod{podUid}/0123\n0::/\n";
}

/// <summary>A child process that prints what happens to it.</summary>
internal sealed class Child(Process process)
{
    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    public async Task<string> LineAsync() =>
        await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Wait.Patience) ?? "(end)";
}
