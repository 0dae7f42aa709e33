using System.Runtime.InteropServices;
using CsiSecrets.Model;
using CsiSecrets.Posix;
using CsiSecrets.Tests.Fakes;

namespace CsiSecrets.Tests.Posix;

public sealed class FolderHandleTests : IDisposable
{
    private readonly TemporaryFolder temporary = new();
    private readonly FolderHandle folder;

    public FolderHandleTests() => folder = FolderHandle.Open(temporary.Path);

    public void Dispose()
    {
        folder.Dispose();
        temporary.Dispose();
    }

    [Fact]
    public void WriteFile_NewFile_HasContentAndModeWhateverTheUmask()
    {
        folder.WriteFile("a", "text"u8, 0x1B6, null);

        Assert.Equal("text", File.ReadAllText(temporary["a"]));
        Assert.Equal((UnixFileMode)0x1B6, File.GetUnixFileMode(temporary["a"]));
        Assert.Equal(Errno.EEXIST, Assert.Throws<PosixException>(() => folder.WriteFile("a", "x"u8, 0x1A4, null)).Errno);
    }

    [Theory]
    [InlineData("../escape", Errno.EXDEV)]
    [InlineData("/etc/hostname", Errno.EXDEV)]
    [InlineData("link/x", Errno.ELOOP)]
    [InlineData("filelink", Errno.ELOOP)]
    public void OpenFile_LeadingElsewhere_IsRefused(string path, int errno)
    {
        Directory.CreateSymbolicLink(temporary["link"], "/etc");
        File.CreateSymbolicLink(temporary["filelink"], "/etc/passwd");

        Assert.Equal(errno, Assert.Throws<PosixException>(() => folder.OpenFile(path)).Errno);
    }

    [Theory]
    [InlineData("..")]
    [InlineData("sub/../../x")]
    [InlineData("/etc/hostname")]
    [InlineData("link/x")]
    [InlineData("filelink")]
    [InlineData("sub//f")]
    public void ElementWalk_LeadingElsewhere_IsRefused(string path)
    {
        Directory.CreateDirectory(temporary["sub"]);
        Directory.CreateSymbolicLink(temporary["link"], "/etc");
        File.CreateSymbolicLink(temporary["filelink"], "/etc/passwd");

        Assert.Equal(-1, ElementWalk.Open(folder.Fd, path, OpenFlags.CloseOnExec, 0));
        Assert.NotEqual(0, Marshal.GetLastPInvokeError());
    }

    [Fact]
    public void ElementWalk_NestedFile_OpensIt()
    {
        Directory.CreateDirectory(temporary["sub/er"]);
        File.WriteAllText(temporary["sub/er/f"], "12345");

        int fd = ElementWalk.Open(folder.Fd, "sub/er/f", OpenFlags.CloseOnExec, 0);

        Assert.True(fd >= 0);
        Assert.Equal(5, FolderHandle.StatFd(fd, "f").Size);
        Assert.Equal(0, Libc.Close(fd));
    }

    [Fact]
    public void ReadFile_RegularMissingAndTooLarge_ReadsOrSaysSo()
    {
        File.WriteAllBytes(temporary["f"], new byte[10_000]);

        using SecretBytes? content = folder.ReadFile("f", 10_000);
        Assert.Equal(10_000, content!.Length);
        Assert.Null(folder.ReadFile("absent", 1));
        Assert.Throws<PosixException>(() => folder.ReadFile("f", 9_999));
    }

    [Fact]
    public void List_ManyNames_FindsAll()
    {
        foreach (int i in Enumerable.Range(0, 1000))
        {
            File.WriteAllText(temporary[$".name-{i}-{new string('x', 40)}"], "");
        }

        Assert.Equal(1000, folder.List().Count);
        Assert.Equal(1000, folder.List().Select(entry => entry.Name).Distinct().Count());
        Assert.All(folder.List(), entry => Assert.Equal(FileKind.Regular, entry.Kind));
    }

    [Fact]
    public void Clear_TreeWithLinksAndOddNames_RemovesItAndFollowsNothing()
    {
        using TemporaryFolder outside = new();
        File.WriteAllText(outside["kept"], "");
        Directory.CreateDirectory(temporary["a/b/c"]);
        File.WriteAllText(temporary["a/b/.dot"], "");
        Directory.CreateSymbolicLink(temporary["a/link"], outside.Path);
        byte[] odd = [0xff, 0xfe, (byte)'x', 0];
        int fd = Libc.OpenAt(folder.Fd, in odd[0], OpenFlags.WriteOnly | OpenFlags.Create, 0x180);
        Assert.True(fd >= 0);
        _ = Libc.Close(fd);

        folder.Clear();

        Assert.Empty(folder.List());
        Assert.True(File.Exists(outside["kept"]));
    }
}
