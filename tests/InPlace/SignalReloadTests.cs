using System.Diagnostics;
using CsiSecrets.InPlace;
using CsiSecrets.InPlace.Signals;
using CsiSecrets.InPlace.Wishes;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Tests.Harness;

namespace CsiSecrets.Tests.InPlace;

/// <summary>Real signals to real child processes: those of the pod and of the name, that live through it, and no others.</summary>
public sealed class SignalReloadTests : IDisposable
{
    private const string Mine = "6f1c2b0e-91a4-4b0f-8f5d-0c1d2e3f4a5b";
    private const string Other = "11111111-2222-3333-4444-555555555555";
    private const string Handles = "trap 'echo hup' HUP; trap 'echo usr1' USR1; echo ready; while :; do sleep 0.05; done";
    private const string HandlesNothing = "echo ready; while :; do sleep 0.05; done";

    private readonly ProcFolder proc = new();

    public void Dispose() => proc.Dispose();

    [Fact]
    public async Task TheProcessOfThatNameInThePod_GetsTheSignal()
    {
        Child app = await proc.StartAsync("app", Handles);
        Child beside = await proc.StartAsync("beside", Handles);
        proc.Show(app.Id, Mine);
        proc.Show(beside.Id, Mine);

        Assert.Equal(ReloadResult.Done, Send("HUP app"));

        Assert.Equal("hup", await app.LineAsync());
        Assert.Equal(ReloadResult.Done, Send("USR1 beside"));
        Assert.Equal("usr1", await beside.LineAsync()); // the first that it got
    }

    [Fact]
    public async Task TheSameNameInAnotherPod_GetsNone()
    {
        Child app = await proc.StartAsync("app", HandlesNothing);
        proc.Show(app.Id, Other);

        ReloadResult result = Send("HUP app");

        Assert.Equal(ReloadOutcome.NoProcess, result.Outcome);
        Assert.Contains("no process app is in the pod", result.Message, StringComparison.Ordinal);
        Assert.False(app.HasExited);
    }

    [Fact]
    public async Task AProcessWithoutAHandler_IsNotEnded()
    {
        Child app = await proc.StartAsync("app", HandlesNothing);
        proc.Show(app.Id, Mine);

        ReloadResult result = Send("USR1 app");

        Assert.Equal(ReloadOutcome.Refused, result.Outcome);
        Assert.Contains("no handler for SIGUSR1", result.Message, StringComparison.Ordinal);
        Assert.False(app.HasExited);
    }

    [Fact]
    public async Task WorkersOfTheSameName_AreLeftToTheirParent()
    {
        // The worker has no handler: a signal would end it.
        Child parent = await proc.StartAsync("app", "trap 'echo parent' HUP; ( trap - HUP; while :; do sleep 0.05; done ) & echo ready $!; while :; do sleep 0.05; done");
        int worker = int.Parse(File.ReadAllText($"/proc/{parent.Id}/task/{parent.Id}/children").Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        proc.Show(parent.Id, Mine);
        proc.Show(worker, Mine);

        Assert.Equal(ReloadResult.Done, Send("HUP app"));

        Assert.Equal("parent", await parent.LineAsync());
        Assert.True(Directory.Exists($"/proc/{worker}"));
    }

    [Fact]
    public async Task ANumberGivenToAnothersProcess_AfterTheLook_IsNotSignalled()
    {
        Child app = await proc.StartAsync("app", Handles);
        Child stranger = await proc.StartAsync("app", Handles);
        proc.Show(app.Id, Mine);
        proc.Show(stranger.Id, Mine);
        var signals = new SignalReload(proc.Path) { Held = id => proc.Show(id, id == stranger.Id ? Other : Mine) };

        Assert.Equal(ReloadResult.Done, signals.Send(Pod(), SignalWish.Parse("HUP app").Wish!));

        Assert.Equal("hup", await app.LineAsync());
        proc.Show(stranger.Id, Mine);
        proc.Show(app.Id, Other);
        Assert.Equal(ReloadResult.Done, Send("USR1 app"));
        Assert.Equal("usr1", await stranger.LineAsync()); // the first that it got
    }

    [Fact]
    public async Task AProcessThatEndedSince_IsNoFailureOfOthersAndNoSuccess()
    {
        using Process gone = Process.Start("/bin/true");
        await gone.WaitForExitAsync(TestContext.Current.CancellationToken);
        proc.Invent(gone.Id, Mine, "app", "State:\tS\nPPid:\t1\nSigCgt:\t0000000000000001\n");

        ReloadResult result = Send("HUP app");

        Assert.Equal(ReloadOutcome.NoProcess, result.Outcome);
        Assert.Contains("ended before", result.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("State:\tZ (zombie)\nPPid:\t1\n")]
    [InlineData("State:\tX (dead)\nPPid:\t1\n")]
    public void ADeadProcess_IsNone(string status)
    {
        proc.Invent(int.MaxValue, Mine, "app", status);

        Assert.Contains("no process app", Send("HUP app").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ANameThatManyHave_IsRefused()
    {
        for (int i = 0; i < 17; i++)
        {
            proc.Invent(int.MaxValue - i, Mine, "sh", "State:\tS\nPPid:\t1\nSigCgt:\t0000000000000001\n");
        }

        ReloadResult result = Send("HUP sh");

        Assert.Equal(ReloadOutcome.Refused, result.Outcome);
        Assert.Contains("17 processes sh", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task InRealCgroups_TheKernelsOwnWordsAreUnderstood()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "not root: no cgroup can be made");
        string root = ((string[])["/sys/fs/cgroup/unified", "/sys/fs/cgroup/systemd", "/sys/fs/cgroup"]).First(f => File.Exists(Path.Combine(f, "cgroup.procs")));
        string top = Path.Combine(root, $"csi-secrets-test-{Environment.ProcessId}"), name = $"app-{Environment.ProcessId % 100000}";
        string mine = Path.Combine(top, "kubepods", $"pod{Mine}", "0123"), fake = Path.Combine(top, "kubepods", $"pod{Other}", "0123", $"pod{Mine}");
        Directory.CreateDirectory(mine);
        Directory.CreateDirectory(fake);
        try
        {
            Child app = await proc.StartAsync(name, Handles), liar = await proc.StartAsync(name, HandlesNothing);
            await File.WriteAllTextAsync(Path.Combine(mine, "cgroup.procs"), $"{app.Id}");
            await File.WriteAllTextAsync(Path.Combine(fake, "cgroup.procs"), $"{liar.Id}");

            Assert.Equal(ReloadResult.Done, new SignalReload("/proc").Send(Pod(), SignalWish.Parse($"SIGHUP {name}").Wish!));

            Assert.Equal("hup", await app.LineAsync());
            Assert.False(liar.HasExited);
        }
        finally
        {
            proc.End();
            string[] groups = [mine, fake];
            await Wait.UntilAsync(() => groups.All(g => File.ReadAllText(Path.Combine(g, "cgroup.procs")).Length == 0), "the end of what the children started");
            foreach (string group in Directory.GetDirectories(top, "*", SearchOption.AllDirectories).OrderByDescending(d => d.Length).Append(top))
            {
                Directory.Delete(group);
            }
        }
    }

    private ReloadResult Send(string wish) => new SignalReload(proc.Path).Send(Pod(), SignalWish.Parse(wish).Wish!);

    private static Pod Pod() => new() { Metadata = new ObjectMeta { Namespace = "shop", Name = "web", Uid = Mine } };
}
