using System.Security.Cryptography;
using CsiSecrets.Model;
using CsiSecrets.Posix;
using Microsoft.Win32.SafeHandles;

namespace CsiSecrets.Publishing;

/// <summary>Compares a payload with what a live volume holds: content, mode, owner and group.</summary>
internal static class SetComparison
{
    public static PublishOutcome Compare(VolumeContent? live, IReadOnlyList<SecretFile> files, int? gid, bool setsOwners)
    {
        if (live is null)
        {
            return new PublishOutcome([.. files.Select(file => file.Path)], [], [], FirstSet: true);
        }

        List<string> added = [];
        List<string> changed = [];
        HashSet<string> known = [.. live.ListFiles().Select(file => file.Path)];
        foreach (SecretFile file in files)
        {
            if (!known.Remove(file.Path))
            {
                added.Add(file.Path);
            }
            else if (!IsSame(live, file, FileOwner.Of(file, gid, setsOwners)))
            {
                changed.Add(file.Path);
            }
        }

        return new PublishOutcome(added, changed, [.. known.Order(StringComparer.Ordinal)], FirstSet: !live.IsSet);
    }

    private static bool IsSame(VolumeContent live, SecretFile file, FileOwner owner)
    {
        using SafeFileHandle handle = live.Folder.OpenFile(file.Path);
        int fd = (int)handle.DangerousGetHandle();
        FileStat stat = FolderHandle.StatFd(fd, file.Path);
        return stat.Size == file.Content.Length && owner.Fits(stat) && SameContent(fd, file.Content.Span, file.Path);
    }

    private static bool SameContent(int fd, ReadOnlySpan<byte> expected, string path)
    {
        Span<byte> buffer = stackalloc byte[4096];
        try
        {
            while (!expected.IsEmpty)
            {
                Span<byte> part = buffer[..Math.Min(buffer.Length, expected.Length)];
                FolderHandle.ReadExactly(fd, part, path);
                if (!part.SequenceEqual(expected[..part.Length]))
                {
                    return false;
                }

                expected = expected[part.Length..];
            }

            return true;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
        }
    }
}
