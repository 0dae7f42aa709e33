namespace CsiSecrets.Posix;

/// <summary>Files that somebody else names: what is no plain file (a pipe, a device) would make a reader wait or read for ever.</summary>
internal static class PlainFile
{
    /// <summary>False for what is not there, for folders and for everything that is no plain file; symlinks are followed.</summary>
    public static bool Is(string path) =>
        Libc.Statx(OpenFlags.AtCurrentFolder, path, 0, OpenFlags.StatxBasic, out Libc.StatxResult raw) == 0 && FileStat.From(raw).Kind == FileKind.Regular;
}
