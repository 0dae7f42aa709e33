namespace CsiSecrets.Publishing;

/// <summary>What one publish changed, by file path. Changed is content, mode, owner or group.</summary>
internal sealed record PublishOutcome(IReadOnlyList<string> Added, IReadOnlyList<string> Changed, IReadOnlyList<string> Removed, bool FirstSet)
{
    /// <summary>Whether a new set went live; false when the volume was already as asked.</summary>
    public bool Any => FirstSet || Added.Count + Changed.Count + Removed.Count > 0;
}
