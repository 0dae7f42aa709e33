using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using CsiSecrets.Model.Manifests.ExternalSecrets;

namespace CsiSecrets.Resolution.ExternalSecrets;

/// <summary>Why a refresh is due.</summary>
internal enum RefreshCause
{
    /// <summary>It is not.</summary>
    None,

    /// <summary>It never synced.</summary>
    First,

    /// <summary>Its spec, labels or annotations differ from those of the last sync; a force-sync annotation is one of these.</summary>
    Changed,

    /// <summary>The last sync is in the future: the clock was moved.</summary>
    Clock,

    /// <summary>The interval has passed, and the sync windows allow it.</summary>
    Interval,
}

/// <summary>Whether to refresh now, and when to look again.</summary>
/// <param name="Cause">Why it is due.</param>
/// <param name="Next">When it will be due by the clock, if it is not now; null for never.</param>
internal sealed record RefreshDecision(RefreshCause Cause, DateTimeOffset? Next)
{
    public bool IsDue => Cause != RefreshCause.None;
}

/// <summary>When an ExternalSecret is refreshed: policy, interval, sync windows, and what the last sync wrote into the status. Pure.</summary>
internal static class RefreshPlan
{
    /// <summary>Intervals from here on end up to a tenth early, so that the refreshes of one store come together and share its batches, and those of
    /// different stores do not.</summary>
    private static readonly TimeSpan ShortestSpread = TimeSpan.FromMinutes(1);

    public static RefreshDecision Decide(ExternalSecretPlan plan, ExternalSecretStatus? status, DateTimeOffset now)
    {
        RefreshSettings settings = plan.Refresh;
        if (status?.RefreshTime is not { } last || string.IsNullOrEmpty(status.SyncedResourceVersion))
        {
            return new RefreshDecision(RefreshCause.First, null);
        }

        if (settings.Policy == RefreshPolicy.CreatedOnce)
        {
            return new RefreshDecision(RefreshCause.None, null);
        }

        if (status.SyncedResourceVersion != SyncedVersion.Of(plan))
        {
            return new RefreshDecision(RefreshCause.Changed, null);
        }

        if (settings.Policy == RefreshPolicy.OnChange || settings.Interval == TimeSpan.Zero)
        {
            return new RefreshDecision(RefreshCause.None, null);
        }

        if (last > now)
        {
            return new RefreshDecision(RefreshCause.Clock, null);
        }

        DateTimeOffset due = Due(plan, last);
        DateTimeOffset? next = settings.Windows is { } windows ? windows.NextAllowed(due > now ? due : now) : due;
        return next <= now ? new RefreshDecision(RefreshCause.Interval, null) : new RefreshDecision(RefreshCause.None, next);
    }

    /// <summary>When the interval ends that began at <paramref name="last"/>: at the last instant before its end that all of the same store and interval
    /// have in common, ten to an interval. In whole seconds, as the refresh time is: what was refreshed at such an instant is again after one interval.</summary>
    private static DateTimeOffset Due(ExternalSecretPlan plan, DateTimeOffset last)
    {
        TimeSpan interval = plan.Refresh.Interval;
        if (interval < ShortestSpread)
        {
            return last + interval;
        }

        if (interval > TimeSpan.FromDays(36500))
        {
            return DateTimeOffset.MaxValue;
        }

        DateTimeOffset end = last + interval;
        long step = (long)interval.TotalSeconds / 10;
        long phase = Phase(plan) % step;
        long past = (end.ToUnixTimeSeconds() - phase) % step;
        return DateTimeOffset.FromUnixTimeSeconds(end.ToUnixTimeSeconds() - past);
    }

    /// <summary>The same for all that read from the same store first.</summary>
    private static uint Phase(ExternalSecretPlan plan)
    {
        string store = plan.Stores switch
        {
            [{ Kind: StoreKind.ClusterSecretStore } first, ..] => $"\n{first.Name}",
            [var first, ..] => $"{plan.Key.Namespace}\n{first.Name}",
            _ => $"{plan.Uid}\n{plan.Key}",
        };
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes(store), hash);
        return BinaryPrimitives.ReadUInt32LittleEndian(hash);
    }
}
