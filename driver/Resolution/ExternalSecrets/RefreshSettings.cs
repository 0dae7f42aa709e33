namespace CsiSecrets.Resolution.ExternalSecrets;

internal enum RefreshPolicy
{
    Periodic,
    CreatedOnce,
    OnChange,
}

/// <summary>When an ExternalSecret asks to be refreshed.</summary>
internal sealed record RefreshSettings
{
    public required RefreshPolicy Policy { get; init; }

    /// <summary>Zero for never by the clock.</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>Null where any time is as good.</summary>
    public SyncGate? Windows { get; init; }
}
