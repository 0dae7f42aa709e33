namespace CsiSecrets.Kube;

internal enum WatchKind
{
    Added,
    Modified,
    Deleted,

    /// <summary>Nothing changed; the event carries a newer resource version to resume from.</summary>
    Bookmark,

    /// <summary>The server answers, from the version that was asked for. The first event of its watch.</summary>
    Opened,

    /// <summary>The resource version is too old: list again. The last event of its watch.</summary>
    Expired,
}

/// <summary>One event of a watch. <paramref name="Object"/> is null for <see cref="WatchKind.Opened"/>, <see cref="WatchKind.Bookmark"/> and <see cref="WatchKind.Expired"/>.</summary>
internal readonly record struct WatchEvent<T>(WatchKind Kind, T? Object, string ResourceVersion)
    where T : class;
