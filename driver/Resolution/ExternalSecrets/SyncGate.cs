using CsiSecrets.Model;
using CsiSecrets.Model.Manifests.ExternalSecrets;

namespace CsiSecrets.Resolution.ExternalSecrets;

internal enum SyncGateKind
{
    Allow,
    Deny,
}

/// <summary>One window: it opens at each instant of the schedule and stays open for the duration, its end included.</summary>
internal sealed record SyncPeriod(CronSchedule Schedule, TimeSpan Duration)
{
    public bool IsOpen(DateTimeOffset at) => Schedule.Next(LastClosed(at)) is { } start && start <= at;

    /// <summary>When the last opening that holds <paramref name="at"/> ends; null when none holds it.</summary>
    public DateTimeOffset? End(DateTimeOffset at)
    {
        // Looks back over twice the time until there is a start, so that a dense schedule costs few steps.
        for (TimeSpan back = TimeSpan.FromMinutes(1); IsOpen(at); back *= 2)
        {
            DateTimeOffset? last = null;
            for (DateTimeOffset? start = Schedule.Next(at - back); start <= at; start = Schedule.Next(start.Value))
            {
                last = start;
            }

            if (last is not null)
            {
                return last + Duration;
            }
        }

        return null;
    }

    /// <summary>A window that opened then, or before, is closed at that instant.</summary>
    private DateTimeOffset LastClosed(DateTimeOffset at) => at - Duration - TimeSpan.FromTicks(1);
}

/// <summary>When a refresh by the clock may happen. Pure: the next opening is computed, nobody polls.</summary>
internal sealed record SyncGate(SyncGateKind Kind, IReadOnlyList<SyncPeriod> Periods)
{
    /// <summary>A week of windows of a minute each.</summary>
    private const int MostSteps = 10_080;

    private static readonly TimeSpan Far = TimeSpan.FromDays(366);

    public static SyncGate Read(SyncWindows windows, FieldProblems problems)
    {
        if (windows.Kind.Length == 0)
        {
            problems.Add("spec.syncWindows.kind", "it is required", "it is one of allow, deny");
        }

        if (windows.Windows.Count == 0)
        {
            problems.Add("spec.syncWindows.windows", "it is empty", "list one window at least, or leave syncWindows out");
        }

        var periods = new List<SyncPeriod>();
        for (int i = 0; i < windows.Windows.Count; i++)
        {
            string at = $"spec.syncWindows.windows[{i}]";
            CronSchedule? schedule = CronSchedule.TryParse(windows.Windows[i].Schedule, out string problem);
            if (schedule is null)
            {
                problems.Add($"{at}.schedule", problem, "write five fields of cron, or @daily, or @every 6h");
            }

            bool isDuration = GoDuration.TryParse(windows.Windows[i].Duration, out TimeSpan duration) && duration > TimeSpan.Zero && duration < TimeSpan.FromDays(3660);
            if (!isDuration)
            {
                problems.Add($"{at}.duration", $"{FieldProblems.Show(windows.Windows[i].Duration)} is not a duration above zero", "write it like 2h");
            }

            if (schedule is not null && isDuration)
            {
                periods.Add(new SyncPeriod(schedule, duration));
            }
        }

        return new SyncGate(
            WordField.Read(windows.Kind, "spec.syncWindows.kind", problems, ("allow", SyncGateKind.Allow), ("deny", SyncGateKind.Deny)), periods);
    }

    public bool Allows(DateTimeOffset at) => Periods.Any(p => p.IsOpen(at)) == (Kind == SyncGateKind.Allow);

    /// <summary>The first instant from <paramref name="from"/> on at which a refresh is allowed (where that is very far, an instant before it,
    /// to ask again); null when there is none.</summary>
    public DateTimeOffset? NextAllowed(DateTimeOffset from)
    {
        if (Allows(from))
        {
            return from;
        }

        if (Kind == SyncGateKind.Allow)
        {
            return Periods.Select(p => p.Schedule.Next(from)).Min();
        }

        DateTimeOffset at = from;
        for (int step = 0; step < MostSteps && at - from < Far; step++)
        {
            if (Periods.Select(p => p.End(at)).Max() is not { } end)
            {
                return at;
            }

            at = end + TimeSpan.FromSeconds(1);
        }

        return at;
    }
}
