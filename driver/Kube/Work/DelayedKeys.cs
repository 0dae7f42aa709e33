namespace CsiSecrets.Kube.Work;

/// <summary>Keys and when each is due: one instant a key, the soonest that was asked for. Not for two threads.</summary>
internal sealed class DelayedKeys<TKey>
    where TKey : notnull
{
    private readonly SortedSet<(TimeSpan Due, long Number)> order = [];
    private readonly Dictionary<long, TKey> numbers = [];
    private readonly Dictionary<TKey, (TimeSpan Due, long Number, WorkLane Lane)> keys = [];
    private long last;

    public int Count => keys.Count;

    /// <summary>When the first is due.</summary>
    public TimeSpan? Next => order.Count == 0 ? null : order.Min.Due;

    public void Add(TKey key, WorkLane lane, TimeSpan due)
    {
        if (keys.TryGetValue(key, out (TimeSpan Due, long Number, WorkLane Lane) before) && before.Due <= due)
        {
            return;
        }

        Remove(key);
        keys[key] = (due, ++last, lane);
        numbers[last] = key;
        order.Add((due, last));
    }

    public void Remove(TKey key)
    {
        if (keys.Remove(key, out (TimeSpan Due, long Number, WorkLane Lane) before))
        {
            order.Remove((before.Due, before.Number));
            numbers.Remove(before.Number);
        }
    }

    /// <summary>Takes out what is due by <paramref name="now"/>, in order.</summary>
    public List<(TKey Key, WorkLane Lane)> TakeDue(TimeSpan now)
    {
        var due = new List<(TKey, WorkLane)>();
        while (order.Count > 0 && order.Min.Due <= now)
        {
            TKey key = numbers[order.Min.Number];
            due.Add((key, keys[key].Lane));
            Remove(key);
        }

        return due;
    }
}
