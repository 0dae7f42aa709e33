namespace CsiSecrets.Tests.Aws.Calls;

/// <summary>Every call since the last reset, and their counts. The newest 200,000 are kept, counters go on.</summary>
internal sealed class CallLog
{
    private const int Kept = 200_000;
    private readonly Lock _gate = new();
    private readonly Queue<CallRecord> _calls = new();
    private readonly Dictionary<(string Operation, string Principal, string Region, string Object), long> _counters = [];

    /// <summary>Told of a call when the operation is done, before its answer.</summary>
    public Action<CallRecord> Added { get; set; } = static _ => { };

    public IReadOnlyList<CallRecord> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _calls];
            }
        }
    }

    /// <summary>Calls by operation, principal, region and object (empty for calls that name none).</summary>
    public IReadOnlyList<((string Operation, string Principal, string Region, string Object) Key, long Count)> Counters
    {
        get
        {
            lock (_gate)
            {
                return [.. _counters.Select(c => (c.Key, c.Value))];
            }
        }
    }

    /// <summary>Calls (not objects) of an operation; null counts all.</summary>
    public int Count(string? operation = null, Func<CallRecord, bool>? where = null) =>
        All.Count(c => (operation is null || c.Operation == operation) && where?.Invoke(c) != false);

    public void Add(CallRecord call)
    {
        lock (_gate)
        {
            _calls.Enqueue(call);
            if (_calls.Count > Kept)
            {
                _calls.Dequeue();
            }

            foreach (var name in call.Objects.IsEmpty ? [""] : call.Objects)
            {
                var key = (call.Operation, call.Principal, call.Region, name);
                _counters[key] = _counters.GetValueOrDefault(key) + 1;
            }
        }

        Added(call);
    }

    public void Reset()
    {
        lock (_gate)
        {
            _calls.Clear();
            _counters.Clear();
        }
    }
}
