namespace CsiSecrets.Kube.Work;

/// <summary>Keys and when each is due: one instant a key, the soonest that was asked for. Not for two threads.</summary>
internal sealed class DelayedKeys<TKey>
    where TKey : notnull
{
    private readonly SortedSet<Place> order = new(Comparer<Place>.Create(static (a, b) => (a.Due, a.Number).CompareTo((b.Due, b.Number))));
    private readonly Dictionary<TKey, (TimeSpan Due, long Number)> keys = [];
    private long last;

    public int Count => keys.Count;

    /// <summary>When the first is due.</summary>
    public TimeSpan? Next => order.Count == 0 ? null : order.Min.Due;

    public void Add(TKey key, WorkLane lane, TimeSpan due)
    {
        if (keys.TryGetValue(key, out (TimeSpan Due, long Number) before) && before.Due <= due)
        {
            return;
        }

        Remove(key);
        keys[key] = (due, ++last);
        order.Add(new Place(due, last, key, lane));
    }

    public void Remove(TKey key)
    {
        if (keys.Remove(key, out (TimeSpan Due, long Number) before))
        {
            order.Remove(new Place(before.Due, before.Number, key, default));
        }
    }

    /// <summary>Takes out what is due by <paramref name="now"/>, in order.</summary>
    public List<(TKey Key, WorkLane Lane)> TakeDue(TimeSpan now)
    {
        var due = new List<(TKey, WorkLane)>();
        while (order.Count > 0 && order.Min is var first && first.Due <= now)
        {
            due.Add((first.Key, first.Lane));
            Remove(first.Key);
        }

        return due;
    }

    /// <summary>In the order of due and number; the number tells two of one instant apart.</summary>
    private readonly record struct Place(TimeSpan Due, long Number, TKey Key, WorkLane Lane);
}
