namespace CsiSecrets.Publishing;

/// <summary>How a volume's files are to be written.</summary>
internal sealed record PublishOptions
{
    /// <summary>The volume's group (VOLUME_MOUNT_GROUP): owns the folders and each file that names no group of its own, and may read them.</summary>
    public int? Gid { get; init; }

    /// <summary>The largest size, in bytes, to which the tmpfs may grow for the old and the new set together.</summary>
    public long MaxBytes { get; init; } = long.MaxValue;

    /// <summary>Told after each step; a test throws from it to die there.</summary>
    public Action<SwapStep>? Step { get; init; }
}
