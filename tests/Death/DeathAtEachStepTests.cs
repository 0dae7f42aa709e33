using CsiSecrets.Model;
using CsiSecrets.Posix;
using CsiSecrets.Publishing;
using CsiSecrets.Tests.Fakes;
using CsiSecrets.Tests.Publishing;

namespace CsiSecrets.Tests.Death;

/// <summary>
/// A process on real tmpfs is killed at each numbered step of a publish, a refresh and an unpublish. What a pod sees is the old set or the
/// new one, whole; a process that starts on what is left goes on, and leaves nothing of the dead one behind.
/// </summary>
public sealed class DeathAtEachStepTests : IDisposable
{
    private const string One = "volume-1";
    private const string Two = "volume-2";

    private static readonly string[] Swap = [.. Enum.GetNames<SwapStep>().Select(s => $"set/{s}")];

    private readonly TemporaryFolder folder = new();

    public DeathAtEachStepTests() =>
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "not root: mounting a tmpfs needs CAP_SYS_ADMIN");

    public static TheoryData<string> FirstPublish =>
        ["Entered", "Looked", "Read", "Planned", "Resolved", "LaidOut", .. Swap, "Written", "Saved", "Reported"];

    public static TheoryData<string> Republish =>
        ["Entered", "Looked", "Read", "Planned", "Resolved", "LaidOut", "set/Compared", "set/Swapped", "Written", "Saved", "Reported"];

    public static TheoryData<string> OwnRefresh => ["Planned", "Resolved", "LaidOut", .. Swap, "Written", "Saved", "Reported"];

    public static TheoryData<string> Adoption => [.. Swap, "Written", "Saved"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Target => MortalNode.TargetBelow(folder.Path, One);

    public void Dispose()
    {
        if (Environment.IsPrivilegedProcess)
        {
            LinuxMounts mounts = LinuxMounts.Probe(folder.Path);
            Array.ForEach([One, Two], volume => mounts.Remove(MortalNode.TargetBelow(folder.Path, volume)));
        }

        folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(FirstPublish))]
    public async Task FirstPublish_KilledAtStep_IsLiveOrNothingAndTheNextOneCompletes(string step)
    {
        await DieAsync("store:1", $"die:{step}", $"publish:{One}");
        Assert.Equal(IsAfterSwap(step), IsLive());

        using MortalNode next = Follow(1, Room());
        bool known = step is "Saved" or "Reported";
        Assert.Equal(known, next.State(One) is not null);
        await next.PublishAsync(One);

        Payload.AssertHolds(Target, MortalNode.Files(1));
        Assert.Equal(known ? [] : ["read a", "read d/b", "read gone", "read more"], next.Calls);
        await LivesOnAsync(next, 1);
    }

    [Theory]
    [InlineData("LaidOut")]
    [InlineData("set/SetMade")]
    [InlineData("set/FileWritten")]
    [InlineData("set/PointerPrepared")]
    [InlineData("set/Swapped")]
    [InlineData("Written")]
    [InlineData("Saved")]
    public async Task FirstPublish_KilledAndThePodGivenUp_UnpublishLeavesNothing(string step)
    {
        await DieAsync("store:1", $"die:{step}", $"publish:{One}");

        using MortalNode next = Follow(1, Room());
        await next.UnpublishAsync(One);

        AssertNothingLeft(next);
        await next.PublishAsync(Two); // takes the room of one volume, all that there is beside another
    }

    [Theory]
    [MemberData(nameof(Republish))]
    public Task Republish_KilledAtStep_IsOldOrNewWholeAndGoesOn(string step) => RefreshAsync(step, $"publish:{One}");

    [Theory]
    [MemberData(nameof(OwnRefresh))]
    public Task OwnRefresh_KilledAtStep_IsOldOrNewWholeAndGoesOn(string step) => RefreshAsync(step, "refresh:due");

    [Theory]
    [MemberData(nameof(Adoption))]
    public async Task Adoption_KilledAtStep_IsWholeAndGoesOnWithoutARemount(string step)
    {
        MountAsThePeer();
        string mount = MountIdOf(Target);

        await DieAsync("store:2", $"die:{step}", $"publish:{One}");
        // Name by name a plain file or the new set's: what is not yet replaced still reads.
        Assert.Contains(File.ReadAllText(Path.Combine(Target, "a")), IsAfterSwap(step) ? (string[])["old", "new"] : ["old"]);
        Assert.Contains(File.ReadAllText(Path.Combine(Target, "d/b")), IsAfterSwap(step) ? (string[])["old", "new"] : ["old"]);

        using MortalNode next = Follow(2, long.MaxValue);
        await next.PublishAsync(One);

        Payload.AssertHolds(Target, MortalNode.Files(2));
        Assert.Equal(mount, MountIdOf(Target));
    }

    [Theory]
    [InlineData("UnpublishEntered")]
    [InlineData("Unmounted")]
    [InlineData("Forgotten")]
    public async Task Unpublish_KilledAtStep_TheNextOneLeavesNothing(string step)
    {
        await DieAsync("store:1", $"publish:{One}", $"die:{step}", $"unpublish:{One}");
        Assert.Equal(step == "UnpublishEntered", IsLive());

        using MortalNode next = Follow(1, Room());
        await next.UnpublishAsync(One);

        AssertNothingLeft(next);
        await next.PublishAsync(One);
        await LivesOnAsync(next, 1);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("{\"bootId\":\"boot\"}")]
    public async Task StateOnDisk_TornWithATemporaryFileLeft_IsDroppedAndTheVolumeIsTakenUpAgain(string torn)
    {
        await DieAsync("store:1", "die:Reported", $"publish:{One}");
        string volumes = Path.Combine(folder.Path, "state/volumes");
        string file = Assert.Single(Directory.GetFiles(volumes));
        await File.WriteAllTextAsync(file, torn, Token);
        await File.WriteAllTextAsync(file + ".7.tmp", torn, Token);
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "state/fetches.json.7.tmp"), torn, Token);

        using MortalNode next = Follow(1, Room());
        Assert.Null(next.State(One));
        await next.PublishAsync(One);

        Payload.AssertHolds(Target, MortalNode.Files(1));
        await LivesOnAsync(next, 1);
    }

    private async Task RefreshAsync(string step, string act)
    {
        await DieAsync("store:1", $"publish:{One}", "store:2", "later:1", $"die:{step}", act);
        AssertSees(IsAfterSwap(step) ? 2 : 1);

        using MortalNode next = Follow(2, Room());
        VolumeStateOf(next); // known again, before anybody calls
        next.Time.Advance(TimeSpan.FromHours(1));
        bool done = step is "Saved" or "Reported";
        await next.PublishAsync(One);

        Payload.AssertHolds(Target, MortalNode.Files(2));
        Assert.Equal(done, next.Calls.Count == 0);
        await LivesOnAsync(next, 2);
    }

    /// <summary>What every follower owes: exact state, a refresh when it is due and none before, an exact budget, a clean end.</summary>
    private async Task LivesOnAsync(MortalNode next, int content)
    {
        int calls = next.Calls.Count;
        await next.RefreshDueAsync();
        await next.PublishAsync(One);
        Assert.Equal(calls, next.Calls.Count);
        Assert.Equal(3, VolumeStateOf(next).Objects.Count(o => o.Version is not null));

        next.Store(2);
        next.Time.Advance(TimeSpan.FromHours(2));
        await next.RefreshDueAsync();
        Payload.AssertHolds(Target, MortalNode.Files(2));
        Assert.True(next.Calls.Count > calls);

        // The bound holds two such volumes to the byte: the dead process's reservation is neither lost nor counted twice.
        await next.PublishAsync(Two);
        SecretsException full = await Assert.ThrowsAsync<SecretsException>(() => next.PublishAsync("volume-3"));
        Assert.Equal(FailureReason.NodeBudgetExceeded, full.Reason);
        Assert.Empty(Directory.GetFiles(next.StateFolder, "*.tmp", SearchOption.AllDirectories));

        await next.UnpublishAsync(One);
        await next.UnpublishAsync(Two);
        AssertNothingLeft(next);
        Assert.True(content is 1 or 2);
    }

    private async Task DieAsync(params string[] script)
    {
        (int code, string said) = await DyingNode.StartAsync(folder.Path, script, Token);
        Assert.True(code == DyingNode.Killed, $"exit code {code}: {said}");
    }

    private MortalNode Follow(int content, long room)
    {
        var next = new MortalNode(folder.Path, static _ => { }, room);
        next.Store(content);
        next.Recover();
        return next;
    }

    private static CsiSecrets.Volumes.VolumeState VolumeStateOf(MortalNode node)
    {
        CsiSecrets.Volumes.VolumeState? state = node.State(One);
        Assert.NotNull(state);
        return state;
    }

    private static long Room() => 2 * SetSize.Of([.. MortalNode.Files(1).Select(f => Payload.File(f.Path, f.Text))]).Weight;

    private static bool IsAfterSwap(string step) => step is "Written" or "Saved" or "Reported"
        || (step.StartsWith("set/", StringComparison.Ordinal) && Enum.Parse<SwapStep>(step[4..]) >= SwapStep.Swapped);

    private bool IsLive()
    {
        if (LinuxMounts.Probe(folder.Path).Find(Target) != MountState.Mounted)
        {
            return false;
        }

        using VolumeContent? content = VolumeContent.Open(Target);
        return content is not null;
    }

    /// <summary>The names as a pod reads them, whatever else the dead process left.</summary>
    private void AssertSees(int content)
    {
        foreach ((string path, string text) in MortalNode.Files(content))
        {
            Assert.Equal(text, File.ReadAllText(Path.Combine(Target, path)));
        }
    }

    private void AssertNothingLeft(MortalNode node)
    {
        Assert.Empty(LinuxMounts.Probe(folder.Path).List(Path.Combine(folder.Path, "pods")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(folder.Path, "pods")));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(node.StateFolder, "volumes")));
    }

    /// <summary>A tmpfs without options, plain files in it, as the AWS provider writes them itself.</summary>
    private void MountAsThePeer()
    {
        Directory.CreateDirectory(Target);
        Assert.Equal(0, Libc.Mount("tmpfs", Target, "tmpfs", 0, ""));
        foreach ((string path, string text) in MortalNode.Files(1))
        {
            string file = Path.Combine(Target, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
        }
    }

    private static string MountIdOf(string target) => File.ReadLines("/proc/self/mountinfo").Single(l => l.Split(' ')[4] == target).Split(' ')[0];
}
