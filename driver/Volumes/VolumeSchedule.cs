using CsiSecrets.Model;
using CsiSecrets.Resolution;

namespace CsiSecrets.Volumes;

/// <summary>When a volume is due. Pure but for the shared clocks that it reads: each object's own, never the directory's mtime.</summary>
internal sealed class VolumeSchedule(SharedFetch fetch, SharedListings listings, VolumeOptions options, TimeProvider time)
{
    /// <summary>An interval that does not end.</summary>
    public static readonly TimeSpan Never = TimeSpan.FromDays(36500);

    private const double JitterShare = 0.1;

    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(10);

    /// <summary>The next instant at which something of this volume wants a refresh; <see cref="DateTimeOffset.MinValue"/> for at once.</summary>
    public DateTimeOffset NextDue(VolumeState state)
    {
        if (!options.Rotation)
        {
            return DateTimeOffset.MaxValue;
        }

        if (IsOfAnotherClock(state, time.GetUtcNow()))
        {
            return DateTimeOffset.MinValue;
        }

        if (state.Failure is { } failure)
        {
            return Later(failure.RetryAt, state.NotBefore);
        }

        TimeSpan interval = state.Interval;
        DateTimeOffset next = state.Objects.Count == 0 ? state.SucceededAt + interval : DateTimeOffset.MaxValue;
        foreach (AppliedObject applied in state.Objects)
        {
            ObjectState? known = fetch.StateOf(applied.Key);
            if (applied.Derived || known is null)
            {
                next = Earlier(next, state.SucceededAt + Jittered(interval, applied.Key));
            }
            else if (known.Version != applied.Version)
            {
                return DateTimeOffset.MinValue;
            }
            else
            {
                next = Earlier(next, Sooner(known.CheckedAt, state) + Jittered(interval, applied.Key));
            }
        }

        foreach (FetchKey listing in state.Listings)
        {
            next = Earlier(next, Sooner(listings.CheckedAt(listing), state) + Jittered(interval, listing));
        }

        return Later(next, state.NotBefore);
    }

    /// <summary>What happened to the volume happened later than now: the clock was set back, and its times say nothing. What is never due stays so.</summary>
    public static bool IsOfAnotherClock(VolumeState state, DateTimeOffset now) =>
        (state.SucceededAt > now && state.Interval < Never) || state.Failure?.At > now;

    /// <summary>The same volume, as if all that had happened to it had happened by now.</summary>
    public static VolumeState Settled(VolumeState state, DateTimeOffset now) => state with
    {
        SucceededAt = state.SucceededAt > now ? now : state.SucceededAt,
        Failure = state.Failure is { } failure && failure.At > now ? failure with { At = now, RetryAt = now + FirstRetry } : state.Failure,
    };

    /// <summary>The failure that a volume's state will hold: when it began, how often it came, and when to try again (10 s, doubling up to the
    /// interval).</summary>
    public static RefreshFailure Failed(VolumeState state, SecretsException why, DateTimeOffset now)
    {
        int count = (state.Failure?.Count ?? 0) + 1;
        TimeSpan wait = FirstRetry * Math.Pow(2, Math.Min(count - 1, 16));
        return new RefreshFailure(
            why.Reason, why.Message, state.Failure?.Since ?? now, now, count, now + (wait < state.Interval ? wait : state.Interval));
    }

    /// <summary>Stretches an interval by up to a tenth, the same for one object each time, so that many objects spread out.</summary>
    public static TimeSpan Jittered(TimeSpan interval, FetchKey key) => interval * (1 + (JitterShare * (double)(uint)key.Hash / uint.MaxValue));

    /// <summary>When something was looked at; the volume's own time where that is in the future, by a clock that was set back.</summary>
    private DateTimeOffset Sooner(DateTimeOffset? checkedAt, VolumeState state) =>
        checkedAt is { } at && at <= time.GetUtcNow() ? at : state.SucceededAt;

    private static DateTimeOffset Later(DateTimeOffset next, DateTimeOffset? notBefore) => notBefore > next ? notBefore.Value : next;

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
