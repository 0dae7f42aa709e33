using System.Diagnostics;
using System.Globalization;
using CsiSecrets.Tests.Csi;
using CsiSecrets.Tests.Fakes;
using CsiSecrets.Tests.Harness;

namespace CsiSecrets.Tests.Hosting;

/// <summary>The published binary's memory, which holds every secret, is nobody's to read: neither from a core file nor from another process of the same user.</summary>
public sealed class DumpTests
{
    // As root, but in a group of its own, by which the kernel shows what is undumpable.
    private const string Group = "65534";
    private static readonly string[] InGroup = ["setpriv", "--regid=" + Group, "--clear-groups"];

    [Fact]
    public async Task Any_Process_IsItsGroupsUnlessUndumpable()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "not root: no other group to be in");
        using Process cat = Process.Start(new ProcessStartInfo(InGroup[0], [.. InGroup[1..], "cat"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        await cat.StandardInput.WriteLineAsync("it runs");
        await cat.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        Assert.Equal("it runs", await cat.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        Assert.Equal(Group, await GroupOfEnvironmentAsync(cat.Id));
        cat.StandardInput.Close();
        await cat.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Node_ServesItsSocket_HasNoCoreFileAndIsUndumpable()
    {
        await using BinaryTarget target = await BinaryTarget.StartAsync(InGroup);
        await AssertClosedAsync(target.ProcessId);
    }

    [Fact]
    public async Task Controller_Works_HasNoCoreFileAndIsUndumpable()
    {
        string[] command = [.. InGroup, BinaryTarget.Require(), "controller"];
        await using FakeKubeApi api = await FakeKubeApi.StartAsync();
        string[] words = [.. command[1..], $"--kubeconfig={api.Kubeconfig}", "--live-addr=0", "--metrics-addr=0"];
        using Process process = Process.Start(new ProcessStartInfo(command[0], words) { RedirectStandardError = true })!;
        try
        {
            bool works = false;
            var log = new System.Collections.Concurrent.ConcurrentQueue<string?>();
            process.ErrorDataReceived += (_, line) =>
            {
                log.Enqueue(line.Data);
                works |= line.Data?.Contains("controller class", StringComparison.Ordinal) == true;
            };
            process.BeginErrorReadLine();
            await Wait.UntilAsync(() => works || process.HasExited, "the controller's first line");
            Assert.False(process.HasExited, string.Join('\n', log));
            await AssertClosedAsync(process.Id);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }

    private static async Task AssertClosedAsync(int pid)
    {
        Assert.Matches("Max core file size +0 +0 ", File.ReadAllText($"/proc/{pid}/limits"));
        Assert.Equal("0", await GroupOfEnvironmentAsync(pid));
    }

    /// <summary>The kernel gives such a file to the process's own group, and to root's where the process is undumpable.</summary>
    private static async Task<string> GroupOfEnvironmentAsync(int pid)
    {
        string file = string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/environ");
        using Process stat = Process.Start(new ProcessStartInfo("stat", ["--format=%g", file]) { RedirectStandardOutput = true })!;
        string group = await stat.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await stat.WaitForExitAsync(TestContext.Current.CancellationToken);
        return group.Trim();
    }
}
