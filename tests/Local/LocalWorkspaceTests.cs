using CsiSecrets.Local;
using CsiSecrets.Model;
using CsiSecrets.Posix;

namespace CsiSecrets.Tests.Local;

public sealed class LocalWorkspaceTests : IDisposable
{
    private readonly FolderMounts mounts = FolderMounts.Create(["/dev/shm"]);
    private readonly string place;

    public LocalWorkspaceTests() => place = Path.Combine(mounts.Root, $"test-{Guid.NewGuid():N}");

    public void Dispose()
    {
        if (Directory.Exists(place))
        {
            Directory.Delete(place, recursive: true);
        }
    }

    [Fact]
    public void OneFolder_IsForOneProcess()
    {
        using LocalWorkspace first = LocalWorkspace.Take("/some/folder", place, mounts);

        var e = Assert.Throws<SecretsException>(() => LocalWorkspace.Take("/some/folder", place, mounts));
        Assert.Equal("folder /some/folder: another csi-secrets local runs on it: stop that one first", e.Message);
        using LocalWorkspace other = LocalWorkspace.Take("/some/other", place, mounts);
        Assert.NotEqual(first.Root, other.Root);
        Assert.True(Directory.Exists(first.Root));
    }

    [Fact]
    public void WhatADeadProcessLeft_IsTakenAway_AndWhatIsNotOursStays()
    {
        string dead = Path.Combine(place, "dead-1");
        Directory.CreateDirectory(Path.Combine(dead, "default", "web", "secrets"));
        File.WriteAllText(Path.Combine(dead, ".lock"), "");
        File.WriteAllText(Path.Combine(dead, "default", "web", "secrets", "a"), "left");
        Directory.CreateDirectory(Path.Combine(place, "foreign"));
        string own;
        using (LocalWorkspace workspace = LocalWorkspace.Take("/some/folder", place, mounts))
        {
            own = workspace.Root;
            Assert.False(Directory.Exists(dead));
        }

        Assert.False(Directory.Exists(own));
        Assert.True(Directory.Exists(Path.Combine(place, "foreign")));
    }

    [Fact]
    public void APlaceTooLongForASocket_IsRefusedWithTheRemedy()
    {
        Directory.CreateDirectory(place);
        var e = Assert.Throws<SecretsException>(() => LocalWorkspace.Take("/some/folder", Path.Combine(place, new string('x', 90)), mounts));
        Assert.EndsWith("name a shorter --mount-dir", e.Message, StringComparison.Ordinal);
    }
}
