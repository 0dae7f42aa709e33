using CsiSecrets.Posix;

namespace CsiSecrets.Kube.Folder;

/// <summary>What is known of one file between two looks.</summary>
internal sealed class ManifestFile
{
    /// <summary>As it was when it was last read.</summary>
    public FileFace? Face { get; set; }

    /// <summary>As it was at the last look.</summary>
    public FileFace? Seen { get; set; }

    /// <summary>Just read and not applied yet.</summary>
    public IReadOnlyList<ManifestDocument>? Fresh { get; set; }

    /// <summary>The objects that it has put in force.</summary>
    public IReadOnlyDictionary<ObjectId, ManifestPlace> Ids { get; set; } = new Dictionary<ObjectId, ManifestPlace>();

    public IReadOnlyList<ManifestProblem> Problems { get; set; } = [];
}
