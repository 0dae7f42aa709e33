using CsiSecrets.Model;

namespace CsiSecrets.Resolution;

/// <summary>What is known of one object under one identity. Guarded by its own lock; never held over a call.</summary>
internal sealed class ObjectEntry
{
    private string? version;
    private DateTimeOffset checkedAt;
    private SecretBytes? value;
    private FetchResult.Missing? missing;
    private SecretsException? failure;
    private DateTimeOffset failedAt;
    private DateTimeOffset failedUntil;
    private int failures;
    private Task<FetchResult>? flight;

    public Lock Gate { get; } = new();

    /// <summary>The call under way, if any. Under <see cref="Gate"/>.</summary>
    public Task<FetchResult>? Flight
    {
        get => flight;
        set => flight = value;
    }

    /// <summary>The version of the last successful answer; null when none or when the object was absent.</summary>
    public string? Version => version;

    /// <summary>When the last successful answer was asked for.</summary>
    public DateTimeOffset CheckedAt => checkedAt;

    public DateTimeOffset TouchedAt { get; private set; }

    public int ValueLength => value?.Length ?? 0;

    /// <summary>An answer from memory that is young enough for <paramref name="want"/>; null when a call is needed.</summary>
    /// <param name="want">What is wanted.</param>
    /// <param name="valueAge">How old a shared value may be.</param>
    /// <param name="landed">A call that the consumer waited for has just ended: what it left is young enough, however long it took.</param>
    /// <param name="now">The time.</param>
    public FetchResult? Answer(Want want, TimeSpan valueAge, bool landed, DateTimeOffset now)
    {
        TouchedAt = now;
        TimeSpan age = now - checkedAt;
        if (checkedAt != default && (landed || (age >= TimeSpan.Zero && age < want.MaxAge)))
        {
            if (missing is not null)
            {
                return missing;
            }

            if (version is not null && version == want.KnownVersion)
            {
                return new FetchResult.Unchanged(version);
            }

            if (value is not null && version is not null && (landed || age <= valueAge))
            {
                return new FetchResult.Value(version, value.Share());
            }
        }

        // Before the failure: the clock was set back.
        return failure is not null && now >= failedAt && now < failedUntil ? new FetchResult.Failed(failure) : null;
    }

    /// <summary>The version to probe for: only one that is not known to be outdated.</summary>
    public string? VersionToProbe(Want want) => version is null || version == want.KnownVersion ? want.KnownVersion : null;

    /// <summary>Takes over an answer; the value's bytes become the entry's.</summary>
    public void Learn(FetchResult result, DateTimeOffset askedAt, FetchOptions options, DateTimeOffset now)
    {
        switch (result)
        {
            case FetchResult.Value found:
                Succeed(askedAt);
                version = found.Version;
                DropValue();
                value = found.Content;
                break;
            case FetchResult.Unchanged same:
                Succeed(askedAt);
                if (version != same.Version)
                {
                    DropValue();
                }

                version = same.Version;
                break;
            case FetchResult.Missing absent:
                Succeed(askedAt);
                DropValue();
                version = null;
                missing = absent;
                break;
            case FetchResult.Failed failed:
                failure = failed.Why;
                failedAt = now;
                failures = Math.Min(failures + 1, 16);
                double seconds = options.FailureAge.TotalSeconds * Math.Pow(2, failures - 1);
                failedUntil = now + TimeSpan.FromSeconds(Math.Min(seconds, options.FailureMaxAge.TotalSeconds));
                break;
        }
    }

    /// <summary>Somebody asked about it, if only by a listing.</summary>
    public void Touch(DateTimeOffset now) => TouchedAt = now;

    /// <summary>Restores what a former process learned.</summary>
    public void Restore(string? knownVersion, DateTimeOffset when, DateTimeOffset now)
    {
        version = knownVersion;
        checkedAt = when;
        TouchedAt = now;
    }

    public void DropValue()
    {
        value?.Dispose();
        value = null;
    }

    private void Succeed(DateTimeOffset askedAt)
    {
        checkedAt = askedAt;
        missing = null;
        failure = null;
        failures = 0;
    }
}
