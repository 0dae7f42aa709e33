namespace CsiSecrets.Tests.Aws.Faults;

/// <summary>The faults that wait for calls, oldest first; a spent one leaves.</summary>
internal sealed class FaultPlan
{
    private readonly Lock _gate = new();
    private readonly List<(Fault Fault, int Left)> _faults = [];
    private long _heldBack;

    /// <summary>How long answers were held back by delays, all together, as it was and not as it was asked for.</summary>
    public TimeSpan HeldBack => new(Interlocked.Read(ref _heldBack));

    public void Held(TimeSpan by) => Interlocked.Add(ref _heldBack, by.Ticks);

    public void Add(Fault fault)
    {
        lock (_gate)
        {
            _faults.Add((fault, fault.Times ?? int.MaxValue));
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _faults.Clear();
        }
    }

    public Fault? Next(string operation, string principal, string region, IReadOnlyList<string> objects)
    {
        lock (_gate)
        {
            var index = _faults.FindIndex(f => f.Fault.Hits(operation, principal, region, objects));
            if (index < 0)
            {
                return null;
            }

            var (fault, left) = _faults[index];
            _faults[index] = (fault, left - 1);
            if (left == 1)
            {
                _faults.RemoveAt(index);
            }

            return fault;
        }
    }
}
