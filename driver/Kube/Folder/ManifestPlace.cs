namespace CsiSecrets.Kube.Folder;

/// <summary>Where an object stands: file, document (from 1), the line it starts on, and its item (from 1) where the document is a List.</summary>
internal sealed record ManifestPlace(string File, int Document, long Line, int? Item)
{
    public override string ToString() =>
        Item is null ? $"{File}, document {Document} (line {Line})" : $"{File}, document {Document} (line {Line}), item {Item}";
}
