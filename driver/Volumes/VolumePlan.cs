namespace CsiSecrets.Volumes;

/// <summary>A checked manifest, as the pipeline sees it. Each content derives its own record.</summary>
internal abstract record VolumePlan : IDisposable
{
    /// <summary>The provider, for metrics and messages.</summary>
    public required string Provider { get; init; }

    /// <summary>Changes with any edit that asks for other files.</summary>
    public required string Version { get; init; }

    /// <summary>The refresh interval in force; <see cref="VolumeSchedule.Never"/> for none.</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>Made once: a volume that has its files is never refreshed, whatever happens to the manifest.</summary>
    public bool Once { get; init; }

    /// <summary>The turn of a large manifest, until its volume is done; null for most.</summary>
    public IDisposable? Turn { get; init; }

    /// <summary>A refresh by the clock waits until then; null for no wait.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    public void Dispose() => Turn?.Dispose();
}
