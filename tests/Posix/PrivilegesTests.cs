using System.Diagnostics;
using System.Globalization;
using CsiSecrets.Posix;

namespace CsiSecrets.Tests.Posix;

public sealed class PrivilegesTests
{
    private const string Confined = "CapInh:\t0000000000000000\nCapPrm:\t0000000000200005\nCapEff:\t0000000000200005\nCapBnd:\t0000000000200005\nCapAmb:\t0000000000000000\nNoNewPrivs:\t1\nSeccomp:\t2\n";

    [Fact]
    public void Mask_OfTheNode_IsThreeCapabilities() => Assert.Equal(0x200005UL, PrivilegeSet.Node.Mask);

    [Fact]
    public void Mask_OfANodeThatSendsSignals_IsOneMore() => Assert.Equal(0x200025UL, PrivilegeSet.SignallingNode.Mask);

    [Fact]
    public async Task DropAndReexec_ForSignals_KeepsTheFourthCapabilityAndTheTwoCalls()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "not root: there are no capabilities to drop");

        (int code, string output) = await Child("signals");

        Assert.True(code == 0, output);
        Assert.All(
            output.Split('\n').Where(line => line.StartsWith("thread ", StringComparison.Ordinal)),
            line => Assert.Equal("thread 0 200025 200025 200025 0 True 2", line));
        Assert.Contains($"pidfd_open -1 {Errno.ESRCH}", output, StringComparison.Ordinal);
    }

    [Fact]
    public void IsWithin_ConfinedThread_Holds() => Assert.True(ThreadPrivileges.Parse(Confined).IsWithin(PrivilegeSet.Node.Mask));

    [Theory]
    [InlineData("CapInh:\t0000000000000000", "CapInh:\t0000000000000001")]
    [InlineData("CapPrm:\t0000000000200005", "CapPrm:\t0000000000200007")]
    [InlineData("CapEff:\t0000000000200005", "CapEff:\t000001ffffffffff")]
    [InlineData("CapBnd:\t0000000000200005", "CapBnd:\t0000000000200025")]
    [InlineData("CapAmb:\t0000000000000000", "CapAmb:\t0000000000000004")]
    [InlineData("NoNewPrivs:\t1", "NoNewPrivs:\t0")]
    [InlineData("CapBnd:\t0000000000200005\n", "")]
    [InlineData("NoNewPrivs:\t1\n", "")]
    public void IsWithin_AnythingMore_DoesNotHold(string from, string to) =>
        Assert.False(ThreadPrivileges.Parse(Confined.Replace(from, to, StringComparison.Ordinal)).IsWithin(PrivilegeSet.Node.Mask));

    [Fact]
    public async Task DropAndReexec_AsRoot_ConfinesEveryThreadAndTheVolumeWorkStillGoes()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "not root: there are no capabilities to drop");

        (int code, string output) = await Child("node");

        Assert.True(code == 0, output);
        string[] threads = [.. output.Split('\n').Where(line => line.StartsWith("thread ", StringComparison.Ordinal))];
        Assert.True(threads.Length > 2, output);
        Assert.All(threads, line => Assert.Equal("thread 0 200005 200005 200005 0 True 2", line));
        Assert.Contains("arguments one|two words|", output, StringComparison.Ordinal);
        Assert.Contains("variable kept=as is", output, StringComparison.Ordinal);
        Assert.Contains("core 0", output, StringComparison.Ordinal);
        Assert.Contains("dumpable 0", output, StringComparison.Ordinal);
        foreach (string call in new[] { "unshare", "execve", "ptrace", "keyctl", "pidfd_open" })
        {
            Assert.Contains($"{call} -1 {Errno.EPERM}", output, StringComparison.Ordinal);
        }

        Assert.Contains("volume False True", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DropAndReexec_KeepingNothing_LeavesNoCapability()
    {
        (int code, string output) = await Child("none");

        Assert.True(code == 0, output);
        Assert.All(
            output.Split('\n').Where(line => line.StartsWith("thread ", StringComparison.Ordinal)),
            line => Assert.Matches(Environment.IsPrivilegedProcess ? "^thread 0 0 0 0 0 True 2$" : "^thread 0 0 0 [0-9a-f]+ 0 True 2$", line));
    }

    [Fact]
    public async Task ForbidDumps_Alone_LeavesNeitherCoreNorPtrace()
    {
        (int code, string output) = await Child("dumps");

        Assert.Equal((0, "core 0\ndumpable 0\n"), (code, output));
    }

    private static async Task<(int Code, string Output)> Child(string wanted)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "CsiSecrets.Tests.dll"));
        }

        foreach (string argument in new[] { "one", "two words", "" })
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment[ConfinedChild.Request] = wanted;
        start.Environment["CSI_SECRETS_TEST_OTHER"] = "kept=as is";
        // A stale marker of another process must not stand in for the drop.
        start.Environment[Privileges.Marker] = (Environment.ProcessId + 1_000_000).ToString(CultureInfo.InvariantCulture);
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output + await errors);
    }
}
