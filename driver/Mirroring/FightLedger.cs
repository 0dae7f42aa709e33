using System.Collections.Concurrent;
using System.Globalization;

namespace CsiSecrets.Mirroring;

/// <summary>
/// Counts repairs of the same fields of the same Secret. A person edits a field now and then; a field that comes back again and again has a
/// second writer, which is told to the user, and to which no more than a growing wait is conceded.
/// </summary>
internal sealed class FightLedger(TimeProvider time)
{
    /// <summary>So many repairs of one field are taken for edits.</summary>
    public const int Patience = 3;

    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(7);

    /// <summary>A field that nobody touched for so long is at peace again.</summary>
    public static readonly TimeSpan Calm = TimeSpan.FromMinutes(30);

    private readonly ConcurrentDictionary<string, Dictionary<string, Count>> fights = new();

    /// <summary>How many Secrets had repairs of late.</summary>
    public int Watched => fights.Count;

    /// <summary>Notes a repair that is about to be made, and says how long it must wait.</summary>
    /// <param name="target">Kind, namespace and name.</param>
    /// <param name="drift">What differs.</param>
    public FightVerdict Repairing(string target, DriftVerdict drift)
    {
        Sweep();
        Dictionary<string, Count> counts = fights.GetOrAdd(target, static _ => new Dictionary<string, Count>(StringComparer.Ordinal));
        lock (counts)
        {
            var worst = new Count(0, 0);
            string field = "";
            foreach (string one in drift.Fields)
            {
                Count before = counts.GetValueOrDefault(one);
                int times = before.Times > 0 && time.GetElapsedTime(before.At) < Calm ? before.Times + 1 : 1;
                counts[one] = new Count(times, time.GetTimestamp());
                (worst, field) = times > worst.Times ? (counts[one], one) : (worst, field);
            }

            return worst.Times <= Patience ? FightVerdict.Peace : new FightVerdict
            {
                Wait = WaitAfter(worst.Times),
                Message = string.Create(
                    CultureInfo.InvariantCulture,
                    $"{target}: two writers want different values: {field} was changed back {worst.Times} times"
                    + $"{(drift.Managers.Count > 0 ? $" by {string.Join(", ", drift.Managers)}" : "")}: stop the other writer, or let it have an object of its own"),
            };
        }
    }

    /// <summary>How long the next repair waits: 5 s, doubling up to 7 min.</summary>
    /// <param name="repairs">How many there were; nothing is waited for while they are taken for edits.</param>
    public static TimeSpan WaitAfter(int repairs)
    {
        if (repairs <= Patience)
        {
            return TimeSpan.Zero;
        }

        TimeSpan wait = FirstWait * Math.Pow(2, Math.Min(repairs - Patience - 1, 10));
        return wait < LongestWait ? wait : LongestWait;
    }

    private void Sweep()
    {
        foreach ((string secret, Dictionary<string, Count> counts) in fights.Count > 1000 ? fights.ToArray() : [])
        {
            lock (counts)
            {
                if (counts.Values.All(c => time.GetElapsedTime(c.At) >= Calm))
                {
                    fights.TryRemove(secret, out _);
                }
            }
        }
    }

    private readonly record struct Count(int Times, long At);
}

/// <summary>How long a repair waits, and what the user is told; both nothing in peace.</summary>
internal sealed record FightVerdict
{
    public static readonly FightVerdict Peace = new();

    public TimeSpan Wait { get; init; }

    public string? Message { get; init; }
}
