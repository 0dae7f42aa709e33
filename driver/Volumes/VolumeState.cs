using CsiSecrets.Model;
using CsiSecrets.Resolution;

namespace CsiSecrets.Volumes;

/// <summary>What is known of one volume: what a later process needs to go on. Names, versions and times; never a value or a token.</summary>
internal sealed record VolumeState
{
    private static readonly TimeSpan LongestInterval = TimeSpan.FromDays(366_000);
    /// <summary>A time in a state file that is not before this is nobody's, and reckoning with it would overflow.</summary>
    public static readonly DateTimeOffset Horizon = new(8000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The kernel's boot id at the time of the mount: a tmpfs does not outlive it.</summary>
    public required string BootId { get; init; }

    public required string VolumeId { get; init; }

    public required string TargetPath { get; init; }

    public required PodIdentity Pod { get; init; }

    /// <summary>What <see cref="ClassName"/> names. Without one it is a class.</summary>
    public VolumeSource Source { get; init; }

    public required string ClassName { get; init; }

    /// <summary>The version of the class that the files were made from; changes with any edit of it.</summary>
    public required string ClassVersion { get; init; }

    public required string Provider { get; init; }

    public int? Group { get; init; }

    /// <summary>The rotation interval in force: the class's own, else the flag's.</summary>
    public required TimeSpan Interval { get; init; }

    public required IReadOnlyList<AppliedObject> Objects { get; init; }

    public IReadOnlyList<FetchKey> Listings { get; init; } = [];

    /// <summary>When a publish or refresh last ended well (UTC).</summary>
    public required DateTimeOffset SucceededAt { get; init; }

    /// <summary>No refresh by the clock before then: sync windows.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>The value of the pod's force-sync annotation that was honoured last, so that a later process does not honour it again.</summary>
    public string Forced { get; init; } = "";

    /// <summary>The failure since then, if the last refresh failed.</summary>
    public RefreshFailure? Failure { get; init; }

    /// <summary>Whether lists and times make sense, so that it can be reckoned with: a file on disk may be another version's, or anybody's.</summary>
    public bool IsWhole() => Objects.All(static o => o?.Files.All(static f => f is not null) == true)
        && Interval > TimeSpan.Zero && Interval < LongestInterval
        && SucceededAt < Horizon && (Failure is null || (Failure.At < Horizon && Failure.RetryAt < Horizon));

    public string ClassRef => $"{Pod.Namespace}/{ClassName}";

    /// <summary>How the pod status names the manifest: <c>es-NAME</c> for an ExternalSecret.</summary>
    public string StatusName => Source == VolumeSource.ExternalSecret ? $"es-{ClassName}" : ClassName;
}

/// <summary>A refresh that failed: why (safe to show), since when, how often, and when it is tried again.</summary>
internal sealed record RefreshFailure(
    FailureReason Reason, string Message, DateTimeOffset Since, DateTimeOffset At, int Count, DateTimeOffset RetryAt);
