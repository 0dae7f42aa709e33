namespace CsiSecrets.Kube.Folder;

/// <summary>One object made (no former), changed, or gone (no later).</summary>
internal sealed class FolderChange(ulong revision, FolderObject? before, FolderObject? after) : IDisposable
{
    public ulong Revision { get; } = revision;

    public FolderObject? Before { get; } = before;

    public FolderObject? After { get; } = after;

    public ObjectId Id => (After ?? Before)!.Id;

    public FolderChange Share() => new(Revision, Before?.Share(), After?.Share());

    public void Dispose()
    {
        Before?.Dispose();
        After?.Dispose();
    }
}
