namespace CsiSecrets.Kube.Folder;

/// <summary>One object of a file. Not a record: a Secret's JSON holds values, so the bytes are cleared by whoever took the object over.</summary>
internal sealed class ManifestDocument(ObjectId id, ManifestPlace place, byte[] json, string? problem)
{
    public ObjectId Id { get; } = id;

    public ManifestPlace Place { get; } = place;

    public byte[] Json { get; } = json;

    /// <summary>Why it cannot be used; null when it can.</summary>
    public string? Problem { get; } = problem;
}
