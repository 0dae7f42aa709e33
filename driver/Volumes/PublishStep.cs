namespace CsiSecrets.Volumes;

/// <summary>The numbered steps of a publish, a refresh and an unpublish. A test may die at each.</summary>
internal enum PublishStep
{
    Entered = 1,
    Looked = 2,
    Read = 3,
    Planned = 4,
    Resolved = 5,
    LaidOut = 6,
    Written = 7,
    Saved = 8,
    Reported = 9,
    UnpublishEntered = 11,
    Unmounted = 12,
    Forgotten = 13,
}
