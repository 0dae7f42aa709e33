namespace CsiSecrets.Kube.Work;

/// <summary>What goes first: a lower lane waits while a higher one has work.</summary>
internal enum WorkLane
{
    /// <summary>Somebody waits for an object that was just made or edited.</summary>
    New,

    /// <summary>Something that was right is not so any more.</summary>
    Repair,

    /// <summary>A refresh that is due.</summary>
    Routine,
}
