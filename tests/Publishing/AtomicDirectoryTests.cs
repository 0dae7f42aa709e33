using CsiSecrets.Model;
using CsiSecrets.Posix;
using CsiSecrets.Publishing;
using CsiSecrets.Tests.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace CsiSecrets.Tests.Publishing;

public sealed class AtomicDirectoryTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly FakeMounts mounts = new();
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 24, 1, 2, 3, TimeSpan.Zero));
    private readonly string target;

    public AtomicDirectoryTests()
    {
        target = folder["mount"];
        mounts.Mount(target, new TmpfsOptions(1 << 20, 1000));
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Publish_FirstSet_LaysOutAsTheKubeletDoes()
    {
        PublishOutcome outcome = Publish(Payload.File("db", "v1"), Payload.File("tls/key", "v2"));

        Assert.True(outcome.FirstSet);
        Assert.Equal(["db", "tls/key"], outcome.Added);
        string? set = new DirectoryInfo(Path.Combine(target, "..data")).LinkTarget;
        Assert.Matches(@"^\.\.2026_11_24_01_02_03\.\d+$", set);
        Assert.Equal("..data/db", new FileInfo(Path.Combine(target, "db")).LinkTarget);
        Assert.Equal("..data/tls", new FileInfo(Path.Combine(target, "tls")).LinkTarget);
        Assert.Equal("v2", File.ReadAllText(Path.Combine(target, "tls", "key")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead, File.GetUnixFileMode(Path.Combine(target, "db")));
        Assert.Equal((UnixFileMode)0x1ED, File.GetUnixFileMode(Path.Combine(target, set!)));
        Assert.Equal((UnixFileMode)0x1ED, File.GetUnixFileMode(Path.Combine(target, set!, "tls")));
    }

    [Fact]
    public void Publish_Empty_PublishesAnEmptySet()
    {
        PublishOutcome outcome = Publish();

        Assert.True(outcome.Any);
        using VolumeContent? content = VolumeContent.Open(target);
        Assert.True(content!.IsSet);
        Assert.Empty(content.ListFiles());
        Assert.False(Publish().Any);
    }

    [Fact]
    public void Publish_Unchanged_LeavesTheSetInPlace()
    {
        Publish(Payload.File("a", "1"), Payload.File("d/b", new string('x', 10_000)));
        string? before = Pointer();

        PublishOutcome outcome = Publish(Payload.File("a", "1"), Payload.File("d/b", new string('x', 10_000)));

        Assert.False(outcome.Any);
        Assert.Equal(before, Pointer());
    }

    [Fact]
    public void Publish_Changes_NamesThemAndRemovesWhatIsOld()
    {
        Publish(Payload.File("same", "1"), Payload.File("other", "1"), Payload.File("gone", "1"), Payload.File("deep/er/x", "1"));

        PublishOutcome outcome = Publish(Payload.File("same", "1"), Payload.File("other", "2"), Payload.File("new", "1"));

        Assert.Equal(["new"], outcome.Added);
        Assert.Equal(["other"], outcome.Changed);
        Assert.Equal(["deep/er/x", "gone"], outcome.Removed);
        Assert.False(outcome.FirstSet);
        Payload.AssertHolds(target, ("same", "1"), ("other", "2"), ("new", "1"));
    }

    [Fact]
    public void Publish_ModeOnly_IsAChange()
    {
        Publish(Payload.File("a", "1", 0x1A4));

        PublishOutcome outcome = Publish(Payload.File("a", "1", 0x100));

        Assert.Equal(["a"], outcome.Changed);
        Assert.Equal((UnixFileMode)0x100, File.GetUnixFileMode(Path.Combine(target, "a")));
    }

    [Fact]
    public void Publish_OwnersAndGroups_AreSetComparedAndReadableByTheVolumesGroup()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "not root: files cannot be given away");
        SecretFile[] files = [Payload.File("a", "1", 0x100), Payload.File("d/own", "1", 0x100) with { Uid = 1000, Gid = 3000 }];

        Publish(new PublishOptions { Gid = 2000 }, files);

        using FolderHandle root = FolderHandle.Open(target);
        Assert.Equal((0x1ED, 0u, 2000u), Facts(root.Stat()));
        using VolumeContent live = VolumeContent.Open(root)!;
        Assert.Equal((0x1ED, 0u, 2000u), Facts(live.Folder.Stat()));
        Assert.Equal((0x1ED, 0u, 2000u), Facts(live.Folder.Stat("d")!.Value));
        Assert.Equal((0x120, 0u, 2000u), Facts(live.Folder.Stat("a")!.Value));
        Assert.Equal((0x100, 1000u, 3000u), Facts(live.Folder.Stat("d/own")!.Value));
        Assert.False(Publish(new PublishOptions { Gid = 2000 }, files).Any);
        Assert.Equal(["a"], Publish(new PublishOptions { Gid = 2001 }, files).Changed);
        Assert.Equal(["d/own"], Publish(new PublishOptions { Gid = 2001 }, files[0], files[1] with { Uid = 1001 }).Changed);
    }

    [Fact]
    public void Publish_LeftoversOfADeadPublish_AreCleared()
    {
        Publish(Payload.File("a", "1"));
        File.CreateSymbolicLink(Path.Combine(target, "..data_tmp"), "..nowhere");
        Directory.CreateDirectory(Path.Combine(target, "..2026_01_01_00_00_00.1", "deep"));
        File.WriteAllText(Path.Combine(target, "..2026_01_01_00_00_00.1", "deep", "half"), "x");

        Publish(Payload.File("a", "2"));

        Payload.AssertHolds(target, ("a", "2"));
    }

    [Fact]
    public void Publish_PlainFilesOfAPeer_AreAdopted()
    {
        File.WriteAllText(Path.Combine(target, "db"), "old");
        File.WriteAllText(Path.Combine(target, "gone"), "old");
        Directory.CreateDirectory(Path.Combine(target, "tls"));
        File.WriteAllText(Path.Combine(target, "tls", "key"), "old");
        using (VolumeContent? peer = VolumeContent.Open(target))
        {
            Assert.False(peer!.IsSet);
            Assert.Equal(["db", "gone", "tls/key"], peer.ListFiles().Select(file => file.Path));
        }

        PublishOutcome outcome = Publish(Payload.File("db", "new"), Payload.File("tls/key", "new"));

        Assert.True(outcome.FirstSet);
        Assert.Equal(["gone"], outcome.Removed);
        Payload.AssertHolds(target, ("db", "new"), ("tls/key", "new"));
    }

    [Fact]
    public void Publish_LinkToElsewhere_IsReplacedAndNotFollowed()
    {
        string outside = folder["outside"];
        Directory.CreateDirectory(outside);
        File.WriteAllText(Path.Combine(outside, "a"), "untouched");
        Publish(Payload.File("a", "1"));
        File.Delete(Path.Combine(target, "a"));
        File.CreateSymbolicLink(Path.Combine(target, "a"), Path.Combine(outside, "a"));
        Directory.CreateSymbolicLink(Path.Combine(target, "..data_tmp"), outside);
        Directory.CreateSymbolicLink(Path.Combine(target, "dir"), outside);

        PublishOutcome outcome = Publish(Payload.File("a", "1"), Payload.File("dir/a", "2"));

        Assert.Equal(["dir/a"], outcome.Added);
        Assert.Equal("untouched", File.ReadAllText(Path.Combine(outside, "a")));
        Payload.AssertHolds(target, ("a", "1"), ("dir/a", "2"));
    }

    [Fact]
    public void Publish_PointerThatIsAFolder_IsReplaced()
    {
        Directory.CreateDirectory(Path.Combine(target, "..data"));

        Publish(Payload.File("a", "1"));

        Payload.AssertHolds(target, ("a", "1"));
    }

    [Fact]
    public void Publish_MoreThanFits_GrowsFirst()
    {
        Publish(Payload.File("a", new string('x', 700_000)));

        Publish(Payload.File("a", new string('y', 700_000)));

        Assert.Contains(mounts.Calls, call => call.StartsWith("resize", StringComparison.Ordinal));
        Payload.AssertHolds(target, ("a", new string('y', 700_000)));
    }

    [Fact]
    public void Publish_BeyondTheBound_KeepsTheOldSet()
    {
        Publish(Payload.File("a", "1"));

        SecretsException failure = Assert.Throws<SecretsException>(
            () => Publish(new PublishOptions { MaxBytes = 2 << 20 }, Payload.File("a", new string('x', 3 << 20))));

        Assert.Equal(FailureReason.VolumeTooLarge, failure.Reason);
        Payload.AssertHolds(target, ("a", "1"));
    }

    [Fact]
    public void Publish_BadPaths_ChangesNothing()
    {
        SecretsException failure = Assert.Throws<SecretsException>(() => Publish(Payload.File("../x", "1"), Payload.File("a", "1"), Payload.File("a", "2")));

        Assert.Equal(FailureReason.FileConflict, failure.Reason);
        Assert.Contains("\"../x\"", failure.Message, StringComparison.Ordinal);
        Assert.Contains("more than one", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(target));
    }

    [Fact]
    public void Open_DanglingNamesWithoutASet_IsNotLive()
    {
        File.CreateSymbolicLink(Path.Combine(target, "a"), "..data/a");
        Assert.Null(VolumeContent.Open(target));

        File.CreateSymbolicLink(Path.Combine(target, "..data"), "..2026_01_01_00_00_00.1");
        Assert.Null(VolumeContent.Open(target));

        Assert.Null(VolumeContent.Open(folder["absent"]));
    }

    [Fact]
    public void ReadFile_KnownUnknownAndHostile_ReadsRefusesAndMisses()
    {
        Publish(Payload.File("d/a", "text"));
        using VolumeContent content = VolumeContent.Open(target)!;
        File.CreateSymbolicLink(Path.Combine(target, content.SetName!, "link"), "/etc/passwd");

        using SecretBytes? read = content.ReadFile("d/a");
        Assert.Equal("text"u8, read!.Span);
        Assert.Null(content.ReadFile("d/b"));
        Assert.Throws<SecretsException>(() => content.ReadFile("../x"));
        Assert.Throws<SecretsException>(() => content.ReadFile("link"));
    }

    private static (int Mode, uint Uid, uint Gid) Facts(FileStat stat) => (stat.Mode, stat.Uid, stat.Gid);

    private string? Pointer() => new DirectoryInfo(Path.Combine(target, "..data")).LinkTarget;

    private PublishOutcome Publish(params SecretFile[] files) => Publish(new PublishOptions(), files);

    private PublishOutcome Publish(PublishOptions options, params SecretFile[] files) => new AtomicDirectory(mounts, time).Publish(target, files, options);
}
