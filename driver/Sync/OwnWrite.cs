using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Sync;

/// <summary>An object as our own status write left it, while the watch still shows the one from before: a look in between must not judge by that one.</summary>
internal sealed class OwnWrite<T>
    where T : KubeObject
{
    private volatile Written? last;

    /// <summary>What the watch shows, and the newest: ours where the watch still shows what that was written over.</summary>
    /// <param name="watch">Asks the watch.</param>
    public (T? Watched, T? Newest) Look(Func<T?> watch)
    {
        // First: once the watch shows our own write, that is forgotten here, and one from before the write must not be taken for the newest.
        Written? own = last;
        T? watched = watch();
        return (watched, watched is not null && own?.Over == watched.Metadata.ResourceVersion ? own.Made : watched);
    }

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
