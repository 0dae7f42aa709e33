using CsiSecrets.Posix;

namespace CsiSecrets.Tests.Posix;

public sealed class MountTableTests
{
    private static readonly IReadOnlyList<MountEntry> Entries =
        MountTable.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Cases", "Posix", "mountinfo.txt")));

    [Fact]
    public void Parse_WellFormedLines_AreReadAndBrokenOnesLeftOut() => Assert.Equal([22, 24, 61, 62, 63, 64, 65], Entries.Select(entry => entry.Id));

    [Fact]
    public void Parse_TmpfsOfAVolume_GivesItsParts()
    {
        MountEntry entry = Entries.Single(entry => entry.Id == 61);

        Assert.Equal("/var/lib/kubelet/pods/3f/volumes/kubernetes.io~csi/db/mount", entry.MountPoint);
        Assert.Equal(("tmpfs", "tmpfs", "0:45", "/", 22), (entry.FileSystem, entry.Source, entry.Device, entry.Root, entry.Parent));
        Assert.Equal("rw,nosuid,nodev,noexec,relatime", entry.Options);
        Assert.Equal("rw,size=16384k,nr_inodes=64,mode=755,noswap", entry.SuperOptions);
        Assert.Equal(["shared:200"], entry.Propagation);
    }

    [Fact]
    public void Parse_OctalEscapes_AreDecodedAsUtf8()
    {
        Assert.Equal("/var/lib/with space/tab\t/nl\n/back\\slash/hash#", Entries.Single(entry => entry.Id == 62).MountPoint);
        Assert.Equal("tmp fs", Entries.Single(entry => entry.Id == 62).Source);
        Assert.Equal("/mnt/кл", Entries.Single(entry => entry.Id == 64).MountPoint);
    }

    [Fact]
    public void Parse_OptionalFields_AreAnyNumber()
    {
        Assert.Equal(["shared:7", "master:3", "propagate_from:2"], Entries.Single(entry => entry.Id == 63).Propagation);
        Assert.Equal("/sub/dir", Entries.Single(entry => entry.Id == 63).Root);
        Assert.Empty(Entries.Single(entry => entry.Id == 64).Propagation);
        Assert.Equal("", Entries.Single(entry => entry.Id == 65).SuperOptions);
    }

    [Fact]
    public void Parse_ThisMachine_FindsRootAndProc()
    {
        IReadOnlyList<MountEntry> entries = MountTable.Parse(File.ReadAllText("/proc/self/mountinfo"));

        Assert.Contains(entries, entry => entry.MountPoint == "/");
        Assert.Contains(entries, entry => entry is { MountPoint: "/proc", FileSystem: "proc" });
    }
}
