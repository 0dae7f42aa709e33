namespace CsiSecrets.Publishing;

/// <summary>The points of <see cref="AtomicDirectory.Publish"/>; each is reported once it is done.</summary>
internal enum SwapStep
{
    Validated,
    LeftoversRemoved,
    Compared,
    RoomMade,
    SetMade,

    /// <summary>Reported for each file.</summary>
    FileWritten,
    NamesLinked,
    PointerPrepared,

    /// <summary>From here on the new set is what a pod reads.</summary>
    Swapped,
    PlainFilesReplaced,
    StaleNamesRemoved,
    OldSetRemoved,
}
