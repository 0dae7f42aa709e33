using CsiSecrets.Model;

namespace CsiSecrets.Resolution;

/// <summary>After some calls in a row that the provider failed, answers at once with its reason for a growing, bounded time; then one call at a
/// time finds out whether it is back. Guarded by its lane.</summary>
internal sealed class AccessBreaker(FetchOptions options, TimeProvider time)
{
    private int failures;
    private SecretsException? why;
    private long openedAt;
    private bool probing;

    public bool IsOpen => failures >= options.BreakAfter;

    /// <summary>What to answer, of the object named, in place of a call; null when a call may be made, which is then the one that finds out.</summary>
    public Func<string, SecretsException>? Refusal()
    {
        if (!IsOpen)
        {
            return null;
        }

        TimeSpan left = OpenFor - time.GetElapsedTime(openedAt);
        if (left <= TimeSpan.Zero && !probing)
        {
            probing = true;
            return null;
        }

        SecretsException last = why!;
        int count = failures;
        string until = left > TimeSpan.Zero ? $"for {Math.Ceiling(left.TotalSeconds):0} s" : "until a call that is under way ends";
        string trace = $"so failed the last {count} calls as this identity; not asked again {until}{(last.Trace.Length > 0 ? $"; {last.Trace}" : "")}";
        return subject => new SecretsException(last.Reason, subject, last.Cause, last.Remedy, last) { Trace = trace };
    }

    public void Note(SecretsException? failure)
    {
        probing = false;
        why = failure;
        failures = failure is null ? 0 : Math.Min(failures + 1, options.BreakAfter + 16);
        openedAt = time.GetTimestamp();
    }

    private TimeSpan OpenFor
    {
        get
        {
            double seconds = options.BreakFor.TotalSeconds * Math.Pow(2, failures - options.BreakAfter);
            return TimeSpan.FromSeconds(Math.Min(seconds, options.BreakMaxFor.TotalSeconds));
        }
    }
}
