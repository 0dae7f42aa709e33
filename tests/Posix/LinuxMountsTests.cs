using CsiSecrets.Model;
using CsiSecrets.Posix;
using CsiSecrets.Publishing;
using CsiSecrets.Tests.Fakes;
using CsiSecrets.Tests.Publishing;

namespace CsiSecrets.Tests.Posix;

public sealed class LinuxMountsTests : IDisposable
{
    private readonly TemporaryFolder temporary = new();
    private readonly string target;
    private readonly LinuxMounts mounts;

    public LinuxMountsTests()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "not root: mounting a tmpfs needs CAP_SYS_ADMIN");
        target = temporary["a volume"];
        mounts = LinuxMounts.Probe(temporary.Path);
    }

    public void Dispose()
    {
        mounts?.Remove(target);
        temporary.Dispose();
    }

    [Fact]
    public void Mount_NewTarget_IsATmpfsWithItsOptions()
    {
        Assert.Equal(MountState.Absent, mounts.Find(target));

        mounts.Mount(target, new TmpfsOptions(1 << 20, 50, Gid: 2000));

        Assert.Equal(MountState.Mounted, mounts.Find(target));
        MountEntry entry = MountTable.Parse(File.ReadAllText("/proc/self/mountinfo")).Single(entry => entry.MountPoint == target);
        Assert.Equal("tmpfs", entry.FileSystem);
        Assert.Superset(new HashSet<string> { "nosuid", "nodev", "noexec" }, entry.Options.Split(',').ToHashSet());
        Assert.Superset(new HashSet<string> { "size=1024k", "nr_inodes=50", "mode=755", "gid=2000" }, entry.SuperOptions.Split(',').ToHashSet());
        Assert.Equal(mounts.NoSwap, entry.SuperOptions.Split(',').Contains("noswap"));
        Assert.Equal((1L << 20, 0L, 50L, 1L), Tuple(mounts.Usage(target)));
        Assert.Equal([target], mounts.List(temporary.Path));
    }

    [Fact]
    public void Mount_Twice_IsRefused()
    {
        mounts.Mount(target, new TmpfsOptions(65536, 50));

        Assert.Equal(FailureReason.MountPointUnusable, Assert.Throws<SecretsException>(() => mounts.Mount(target, new TmpfsOptions(65536, 50))).Reason);
    }

    [Fact]
    public void Mount_SymlinkOrFileAsTarget_IsRefusedAndNotFollowed()
    {
        Directory.CreateDirectory(temporary["elsewhere"]);
        Directory.CreateSymbolicLink(target, temporary["elsewhere"]);
        File.WriteAllText(temporary["file"], "");

        Assert.Equal(MountState.NotAFolder, mounts.Find(target));
        Assert.Equal(FailureReason.MountPointUnusable, Assert.Throws<SecretsException>(() => mounts.Mount(target, new TmpfsOptions(65536, 50))).Reason);
        Assert.Equal(FailureReason.MountPointUnusable, Assert.Throws<SecretsException>(() => mounts.Remove(target)).Reason);
        Assert.Throws<SecretsException>(() => mounts.Mount(temporary["file"], new TmpfsOptions(65536, 50)));
        Assert.Empty(mounts.List(temporary.Path));
        Directory.Delete(target);
    }

    [Theory]
    [InlineData("relative/path")]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/tmp/../etc")]
    [InlineData("/tmp//x")]
    [InlineData("/tmp/a\nb")]
    [InlineData("/no-such-parent/x")]
    public void Mount_BadTarget_IsRefused(string bad)
    {
        SecretsException failure = Assert.Throws<SecretsException>(() => mounts.Mount(bad, new TmpfsOptions(65536, 50)));

        Assert.Equal(FailureReason.MountPointUnusable, failure.Reason);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Fact]
    public void Resize_Grown_HoldsMoreAndKeepsModeGroupAndContent()
    {
        mounts.Mount(target, new TmpfsOptions(65536, 50, Gid: 2000));
        File.WriteAllBytes(Path.Combine(target, "a"), new byte[60_000]);

        mounts.Resize(target, 1 << 20, 100);

        Assert.Equal((1L << 20, 61_440L, 100L, 2L), Tuple(mounts.Usage(target)));
        using FolderHandle root = FolderHandle.Open(target);
        Assert.Equal((0x1ED, 2000u), (root.Stat().Mode, root.Stat().Gid));
        mounts.Resize(target, 1, 1);
        Assert.Equal(61_440, mounts.Usage(target).TotalBytes);
    }

    [Fact]
    public void Remove_MountedTwiceOverOrGone_LeavesNothing()
    {
        mounts.Mount(target, new TmpfsOptions(65536, 50));
        Assert.Equal(0, Libc.Mount("tmpfs", target, "tmpfs", 14, "size=65536"));

        mounts.Remove(target);

        Assert.False(Directory.Exists(target));
        mounts.Remove(target);
        mounts.Remove("/no-such-parent/x");
    }

    [Fact]
    public void Remove_HeldOpen_TakesContentAndMountAway()
    {
        mounts.Mount(target, new TmpfsOptions(65536, 50));
        File.WriteAllText(Path.Combine(target, "a"), "text");
        using FileStream holder = File.OpenRead(Path.Combine(target, "a"));

        mounts.Remove(target);

        Assert.Equal(MountState.Absent, mounts.Find(target));
        Assert.Empty(mounts.List(temporary.Path));
    }

    [Fact]
    public void Remove_FolderWithForeignFiles_IsRefusedAndKeepsThem()
    {
        Directory.CreateDirectory(target);
        File.WriteAllText(Path.Combine(target, "mine"), "");

        Assert.Equal(FailureReason.UnmountFailed, Assert.Throws<SecretsException>(() => mounts.Remove(target)).Reason);
        Assert.True(File.Exists(Path.Combine(target, "mine")));
        File.Delete(Path.Combine(target, "mine"));
    }

    [Fact]
    public void Publish_OnExactlySizedVolumes_FitsOldAndNewAtOnceAndGrows()
    {
        SecretFile[] files = [.. Enumerable.Range(0, 40).Select(i => Payload.File($"d{i % 7}/{new string('n', 150)}{i}", new string('x', 5000)))];
        mounts.Mount(target, SetSize.Of(files).ToVolume(null));
        long size = mounts.Usage(target).TotalBytes;
        AtomicDirectory directory = new(mounts, TimeProvider.System);

        Assert.True(directory.Publish(target, files, new PublishOptions()).FirstSet);
        SecretFile[] changed = [.. files.Select(file => file with { Content = SecretBytes.FromText(new string('y', 5000)) })];
        Assert.Equal(40, directory.Publish(target, changed, new PublishOptions()).Changed.Count);
        Assert.Equal(size, mounts.Usage(target).TotalBytes);

        SecretFile[] larger = [.. files.Select(file => file with { Content = SecretBytes.FromText(new string('z', 60_000)) })];
        Assert.Equal(40, directory.Publish(target, larger, new PublishOptions()).Changed.Count);
        Assert.True(mounts.Usage(target).TotalBytes > size);
        Payload.AssertHolds(target, [.. larger.Select(file => (file.Path, new string('z', 60_000)))]);
    }

    [Fact]
    public void Publish_DiskFull_KeepsTheOldSetAndLeavesNothing()
    {
        mounts.Mount(target, new TmpfsOptions(65536, 50));
        FullMounts full = new(mounts);
        AtomicDirectory directory = new(full, TimeProvider.System);
        directory.Publish(target, [Payload.File("a", "old")], new PublishOptions());

        SecretsException failure = Assert.Throws<SecretsException>(
            () => directory.Publish(target, [Payload.File("a", new string('x', 40_000)), Payload.File("b", new string('x', 40_000))], new PublishOptions()));

        Assert.Equal(FailureReason.FileWriteFailed, failure.Reason);
        Assert.Contains("volume is full", failure.Message, StringComparison.Ordinal);
        Payload.AssertHolds(target, ("a", "old"));
    }

    [Fact]
    public void Publish_OnAPeersTmpfs_AdoptsIt()
    {
        Directory.CreateDirectory(target);
        Assert.Equal(0, Libc.Mount("tmpfs", target, "tmpfs", 0, ""));
        File.WriteAllText(Path.Combine(target, "db"), "old");
        Assert.Equal(MountState.Mounted, mounts.Find(target));

        Assert.True(new AtomicDirectory(mounts, TimeProvider.System).Publish(target, [Payload.File("db", "new")], new PublishOptions()).Any);

        Payload.AssertHolds(target, ("db", "new"));
        Assert.Equal((UnixFileMode)0x1ED, File.GetUnixFileMode(target));
    }

    [Fact]
    public void FolderMounts_OnATmpfs_MakesAndRemovesFoldersAndRefusesOthers()
    {
        mounts.Mount(target, new TmpfsOptions(1 << 20, 100));
        FolderMounts folders = FolderMounts.Create([temporary.Path, target]);
        string volume = Path.Combine(folders.Root, "volume");
        Assert.Equal((UnixFileMode)0x1C0, File.GetUnixFileMode(folders.Root));

        folders.Mount(volume, new TmpfsOptions(65536, 50));
        new AtomicDirectory(folders, TimeProvider.System).Publish(volume, [Payload.File("a", "1") with { Uid = 1000 }], new PublishOptions { Gid = 7 });
        Payload.AssertHolds(volume, ("a", "1"));
        Assert.Equal(MountState.Mounted, folders.Find(volume));
        folders.Remove(volume);
        Assert.Equal(MountState.Absent, folders.Find(volume));

        Assert.Throws<SecretsException>(() => folders.Mount(temporary["x"], new TmpfsOptions(65536, 50)));
        Assert.Throws<SecretsException>(() => folders.Remove(folders.Root + "/../y"));
        Assert.Throws<SecretsException>(() => FolderMounts.Create([temporary.Path]));
    }

    private static (long, long, long, long) Tuple(VolumeUsage usage) => (usage.TotalBytes, usage.UsedBytes, usage.TotalInodes, usage.UsedInodes);

    /// <summary>A volume that says it has room and cannot grow: the write itself meets the end.</summary>
    private sealed class FullMounts(IMounts inner) : IMounts
    {
        public string Description => inner.Description;

        public bool SetsOwners => inner.SetsOwners;

        public MountState Find(string target) => inner.Find(target);

        public void Mount(string target, TmpfsOptions options) => inner.Mount(target, options);

        public void Resize(string target, long bytes, long inodes)
        {
        }

        public VolumeUsage Usage(string target) => inner.Usage(target);

        public void Remove(string target) => inner.Remove(target);

        public IReadOnlyList<string> List(string under) => inner.List(under);
    }
}
