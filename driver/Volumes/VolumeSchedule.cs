using CsiSecrets.Model;
using CsiSecrets.Resolution;

namespace CsiSecrets.Volumes;

/// <summary>When a volume is due. Pure but for the shared clocks that it reads: each object's own, never the directory's mtime.</summary>
internal sealed class VolumeSchedule(SharedFetch fetch, SharedListings listings, VolumeOptions options)
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

        if (state.Failure is { } failure)
        {
            return failure.RetryAt;
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
                next = Earlier(next, known.CheckedAt + Jittered(interval, applied.Key));
            }
        }

        foreach (FetchKey listing in state.Listings)
        {
            next = Earlier(next, (listings.CheckedAt(listing) ?? state.SucceededAt) + Jittered(interval, listing));
        }

        return state.NotBefore > next ? state.NotBefore.Value : next;
    }

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

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
