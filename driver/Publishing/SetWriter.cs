using System.Globalization;
using CsiSecrets.Model;
using CsiSecrets.Posix;

namespace CsiSecrets.Publishing;

/// <summary>Writes one set of files into a folder of its own.</summary>
internal sealed class SetWriter(bool setsOwners, PublishOptions options, TimeProvider time)
{
    private const int MostAttempts = 16;

    /// <summary>Makes an empty set folder, <c>..YYYY_MM_DD_HH_MM_SS.RANDOM</c> in UTC; returns its name.</summary>
    public string Make(FolderHandle root)
    {
        string stamp = time.GetUtcNow().ToString("yyyy_MM_dd_HH_mm_ss", CultureInfo.InvariantCulture);
        FileOwner owner = FileOwner.OfFolder(options.Gid, setsOwners);
        for (int attempt = 0; attempt < MostAttempts; attempt++)
        {
            // The number only keeps two sets of one second apart.
            string name = $"..{stamp}.{Random.Shared.Next(100_000_000, int.MaxValue)}";
            if (root.CreateFolder(name, owner.Mode))
            {
                return name;
            }
        }

        throw new PosixException("mkdir", root.Path, Errno.EEXIST);
    }

    /// <summary>Writes folders from the top down, each with its files while it is open.</summary>
    public void Fill(FolderHandle root, string setName, IReadOnlyList<SecretFile> files)
    {
        using FolderHandle set = root.OpenFolder(setName);
        FileOwner folderOwner = FileOwner.OfFolder(options.Gid, setsOwners);
        set.SetModeAndOwner(folderOwner.Mode, folderOwner.Change);
        foreach ((string folder, List<SecretFile> content) in ByFolder(files))
        {
            if (folder.Length == 0)
            {
                WriteFiles(set, content);
                continue;
            }

            int slash = folder.LastIndexOf('/');
            using FolderHandle parent = set.OpenFolder(slash < 0 ? "." : folder[..slash]);
            _ = parent.CreateFolder(folder[(slash + 1)..], folderOwner.Mode);
            using FolderHandle child = parent.OpenFolder(folder[(slash + 1)..]);
            child.SetModeAndOwner(folderOwner.Mode, folderOwner.Change);
            WriteFiles(child, content);
        }
    }

    private void WriteFiles(FolderHandle folder, List<SecretFile> files)
    {
        foreach (SecretFile file in files)
        {
            FileOwner owner = FileOwner.Of(file, options.Gid, setsOwners);
            folder.WriteFile(file.Path[(file.Path.LastIndexOf('/') + 1)..], file.Content.Span, owner.Mode, owner.Change);
            options.Step?.Invoke(SwapStep.FileWritten);
        }
    }

    // Ordinal order puts every folder before what is in it.
    private static SortedDictionary<string, List<SecretFile>> ByFolder(IReadOnlyList<SecretFile> files)
    {
        SortedDictionary<string, List<SecretFile>> folders = new(StringComparer.Ordinal);
        foreach (SecretFile file in files)
        {
            int slash = file.Path.LastIndexOf('/');
            string folder = slash < 0 ? "" : file.Path[..slash];
            if (!folders.TryGetValue(folder, out List<SecretFile>? content))
            {
                folders.Add(folder, content = []);
            }

            content.Add(file);
            for (slash = folder.LastIndexOf('/'); slash > 0; slash = folder.LastIndexOf('/', slash - 1))
            {
                folders.TryAdd(folder[..slash], []);
            }
        }

        return folders;
    }
}
