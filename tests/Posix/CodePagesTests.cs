using CsiSecrets.Posix;

namespace CsiSecrets.Tests.Posix;

public class CodePagesTests
{
    [Fact]
    public void Parse_Maps_TakesTheCodeOfFilesOnly()
    {
        string[] maps =
        [
            "55d0c0a00000-55d0c0a2a000 r--p 00000000 fe:00 123456                     /usr/bin/program",
            "55d0c0a2a000-55d0c1390000 r-xp 0002a000 fe:00 123456                     /usr/bin/program",
            "55d0c1390000-55d0c1400000 rw-p 00990000 fe:00 123456                     /usr/bin/program",
            "7f0000000000-7f0000001000 r-xp 00000000 00:00 0 ",
            "7f0000002000-7f0000003000 r-xs 00000000 00:01 7                          /memfd:code (deleted)",
            "7f0000004000-7f0000005000 rwxp 00000000 fe:00 8                          /usr/lib/odd.so",
            "7f0000006000-7f0000007000 r-xp 00000000 fe:00 9                          /usr/lib/gone.so (deleted)",
            "7ffc00000000-7ffc00002000 r-xp 00000000 00:00 0                          [vdso]",
        ];
        Assert.Equal([(0x55d0c0a2a000, 0x966000)], CodePages.Parse(maps).Select(m => ((long)m.Start, (long)m.Length)));
    }

    [Fact]
    public void Release_InARunningProcess_GoesOn()
    {
        Assert.True(CodePages.Release() > 1 << 20);
        Assert.Equal("still here", string.Join(' ', "still", "here"));
    }
}
