using CsiSecrets.Model;
using CsiSecrets.Posix;

namespace CsiSecrets.Publishing;

/// <summary>
/// The names at the top of a volume, each a link <c>name -> ..data/name</c>: which ones are missing, which are something else (a peer's
/// plain file), and which no longer belong there.
/// </summary>
internal sealed record TopNames(IReadOnlyList<string> Missing, IReadOnlyList<string> Occupied, IReadOnlyList<FolderEntry> Stale)
{
    private const string LinkInMaking = "..link_tmp";

    public static TopNames Plan(FolderHandle root, IReadOnlyList<FolderEntry> entries, IReadOnlyList<SecretFile> files)
    {
        HashSet<string> wanted = new(files.Select(file => First(file.Path)), StringComparer.Ordinal);
        List<string> occupied = [];
        List<FolderEntry> stale = [];
        foreach (FolderEntry entry in entries.Where(entry => !entry.Name.StartsWith("..", StringComparison.Ordinal)))
        {
            if (!wanted.Remove(entry.Name))
            {
                stale.Add(entry);
            }
            else if (entry.Kind != FileKind.Link || root.ReadLink(entry.Name) != Target(entry.Name))
            {
                occupied.Add(entry.Name);
            }
        }

        return new TopNames([.. wanted.Order(StringComparer.Ordinal)], occupied, stale);
    }

    /// <summary>Makes the missing links. Before the swap they lead nowhere; so the swap is the one instant at which all names are new.</summary>
    public void Link(FolderHandle root)
    {
        foreach (string name in Missing)
        {
            root.Symlink(Target(name), name);
        }
    }

    /// <summary>Takes back what <see cref="Link"/> made, as far as it got.</summary>
    public void Unlink(FolderHandle root)
    {
        foreach (string name in Missing)
        {
            _ = root.Unlink(name);
        }
    }

    /// <summary>Puts links where plain files or folders are: an exchange, so the name is never absent.</summary>
    public void Replace(FolderHandle root)
    {
        foreach (string name in Occupied)
        {
            root.Symlink(Target(name), LinkInMaking);
            root.Rename(LinkInMaking, name, exchange: true);
            _ = root.RemoveTree(LinkInMaking);
        }
    }

    public void RemoveStale(FolderHandle root)
    {
        foreach (FolderEntry entry in Stale)
        {
            root.RemoveTree(entry);
        }
    }

    private static string Target(string name) => $"{VolumeContent.Pointer}/{name}";

    private static string First(string path)
    {
        int slash = path.IndexOf('/');
        return slash < 0 ? path : path[..slash];
    }
}
