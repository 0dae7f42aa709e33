namespace CsiSecrets.Volumes;

/// <summary>Bounds and clocks of the volumes of one node.</summary>
internal sealed class VolumeOptions
{
    /// <summary>The name under which this node is known to the API server.</summary>
    public string NodeName { get; set; } = "";

    /// <summary>Where state files live; private to root; in memory that outlives the process is enough.</summary>
    public string StateDirectory { get; set; } = "";

    /// <summary>Files follow their secrets. Off: a mounted volume is never refreshed.</summary>
    public bool Rotation { get; set; } = true;

    /// <summary>The refresh interval where the class has none of its own.</summary>
    public TimeSpan RotationInterval { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>A new pod never starts with a value older than this.</summary>
    public TimeSpan FirstMountMaxAge { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>A new pod never starts with older facts about its ServiceAccount.</summary>
    public TimeSpan IdentityMaxAge { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Every call is answered within this, the kubelet's own limit being 2 minutes.</summary>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(100);

    /// <summary>The most that one volume may hold, in bytes.</summary>
    public long VolumeBytes { get; set; } = 16 << 20;

    /// <summary>The most that all volumes of the node may hold together, in bytes.</summary>
    public long NodeBytes { get; set; } = long.MaxValue;

    /// <summary>The mode of a file that names none.</summary>
    public int DefaultMode { get; set; } = 0b110_100_100;
}
