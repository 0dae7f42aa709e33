namespace CsiSecrets.Posix;

/// <summary>
/// The memory-backed file systems on which volumes live. Targets are absolute paths; a symlink as the target itself is refused and its
/// parent must exist. Failures are <see cref="Model.SecretsException"/>.
/// </summary>
internal interface IMounts
{
    /// <summary>One sentence for the log: what a volume is here.</summary>
    string Description { get; }

    /// <summary>Whether files may be given to other users: false for an ordinary user, whose files stay their own.</summary>
    bool SetsOwners { get; }

    /// <summary>What is at the target now.</summary>
    MountState Find(string target);

    /// <summary>Makes the target's folder if it is missing, and mounts an empty tmpfs on it. A target that is mounted already is an error.</summary>
    void Mount(string target, TmpfsOptions options);

    /// <summary>Sets size and inodes of a mounted target by remount, also on one that a peer mounted; never below what is in use.</summary>
    void Resize(string target, long bytes, long inodes);

    /// <summary>Bytes and inodes of a mounted target.</summary>
    VolumeUsage Usage(string target);

    /// <summary>Takes the mount and the target's folder away. Idempotent: what is gone already is fine.</summary>
    void Remove(string target);

    /// <summary>Mounted targets below a folder, in no particular order.</summary>
    IReadOnlyList<string> List(string under);
}
