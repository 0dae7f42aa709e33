namespace CsiSecrets.Volumes;

/// <summary>What providers remember of calls that were denied to an identity, as two functions: one to keep it, one to give it back.</summary>
internal sealed record DenialMemory(Func<IReadOnlyList<DeniedCall>> Snapshot, Action<IEnumerable<DeniedCall>> Restore)
{
    public static readonly DenialMemory None = new(static () => [], static _ => { });
}

/// <summary>One operation that one identity was denied, and until when that is remembered.</summary>
internal sealed record DeniedCall(string Access, string Operation, DateTimeOffset Until);
