namespace CsiSecrets.Posix;

/// <summary>What tells one writing of a file from another: its length and time.</summary>
internal sealed record FileFace(long Length, DateTime WrittenAt)
{
    public static readonly FileFace None = new(-1, default);

    /// <summary><see cref="None"/> where there is no file.</summary>
    public static FileFace Of(string path)
    {
        var info = new FileInfo(path);
        return info.Exists ? new FileFace(info.Length, info.LastWriteTimeUtc) : None;
    }
}
