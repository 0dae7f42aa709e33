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
    private static readonly TimeSpan Memory = TimeSpan.FromDays(1);
    private readonly ConcurrentDictionary<(string Access, string Operation), DateTimeOffset> denied = new();

    public bool Contains(string access, string operation) =>
        denied.TryGetValue((access, operation), out DateTimeOffset until) && time.GetUtcNow() < until;

    public void Remember(string access, string operation) => denied[(access, operation)] = time.GetUtcNow() + Memory;

    public IReadOnlyList<DeniedOperation> Snapshot()
    {
        DateTimeOffset now = time.GetUtcNow();
        foreach (((string, string) key, DateTimeOffset until) in denied)
        {
            if (until <= now)
            {
                denied.TryRemove(key, out _);
            }
        }

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
}
