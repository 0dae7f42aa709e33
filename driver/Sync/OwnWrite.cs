using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Sync;

/// <summary>An object as our own status write left it, while the watch still shows the one from before: a look in between must not judge by that one.</summary>
internal sealed class OwnWrite<T>
    where T : KubeObject
{
    private volatile Written? last;

    /// <summary>Ours where the watch still shows what it was written over; else the watch's.</summary>
    public T Newest(T watched) => last is { } own && own.Over == watched.Metadata.ResourceVersion ? own.Made : watched;

    /// <summary>Kept only until the watch has it, too.</summary>
    /// <param name="before">What the watch showed when the write was decided.</param>
    /// <param name="made">What came of it; null when the object is gone.</param>
    /// <param name="watchedNow">What the watch shows after it.</param>
    public void Wrote(T before, T? made, T? watchedNow) =>
        last = made is not null && watchedNow?.Metadata.ResourceVersion == before.Metadata.ResourceVersion ? new Written(before.Metadata.ResourceVersion, made) : null;

    /// <summary>The watch has news.</summary>
    public void Watched(T now)
    {
        if (last is { } own && own.Over != now.Metadata.ResourceVersion)
        {
            last = null;
        }
    }

    private sealed record Written(string Over, T Made);
}
