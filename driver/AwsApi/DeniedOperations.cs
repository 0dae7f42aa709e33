using System.Collections.Concurrent;

namespace CsiSecrets.AwsApi;

/// <summary>One operation that one identity may not use, for the state file. Holds no secret.</summary>
/// <param name="Access">The access key (a hash).</param>
/// <param name="Operation">E.g. <c>secretsmanager:DescribeSecret</c>.</param>
/// <param name="Until">When it is tried again (UTC).</param>
internal sealed record DeniedOperation(string Access, string Operation, DateTimeOffset Until);

/// <summary>Which cheaper operations an identity was refused, remembered for a day: its users' policies allow single reads only.</summary>
internal sealed class DeniedOperations(TimeProvider time)
{
    /// <summary>From so many on, those whose day is over are looked for: nobody takes snapshots in the controller.</summary>
    private const int Many = 1000;

    private static readonly TimeSpan Memory = TimeSpan.FromDays(1);
    private readonly ConcurrentDictionary<(string Access, string Operation), DateTimeOffset> denied = new();

    public bool Contains(string access, string operation) =>
        denied.TryGetValue((access, operation), out DateTimeOffset until) && time.GetUtcNow() < until;

    public int Count => denied.Count;

    public void Remember(string access, string operation)
    {
        denied[(access, operation)] = time.GetUtcNow() + Memory;
        if (denied.Count > Many)
        {
            Sweep();
        }
    }

    public IReadOnlyList<DeniedOperation> Snapshot()
    {
        Sweep();
        return [.. denied.Select(d => new DeniedOperation(d.Key.Access, d.Key.Operation, d.Value))];
    }

    public void Restore(IEnumerable<DeniedOperation> memory)
    {
        DateTimeOffset latest = time.GetUtcNow() + Memory;
        foreach (DeniedOperation one in memory)
        {
            denied[(one.Access, one.Operation)] = one.Until < latest ? one.Until : latest;
        }
    }

    private void Sweep()
    {
        DateTimeOffset now = time.GetUtcNow();
        foreach (((string, string) key, DateTimeOffset until) in denied)
        {
            if (until <= now)
            {
                denied.TryRemove(key, out _);
            }
        }
    }
}
