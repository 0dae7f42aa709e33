namespace CsiSecrets.Kube.Work;

/// <summary>
/// Keys to work on, each at most once in line and never with two workers at a time. A key that is added while it is worked on comes again
/// afterwards. Delays run on elapsed time: a clock that is set does not move them. What is added after its end, by a watch or a timer that was
/// still on its way, is passed over.
/// </summary>
internal sealed class WorkQueue<TKey>(TimeProvider time) : IDisposable
    where TKey : notnull
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(7);

    private readonly Lock gate = new();
    private readonly SemaphoreSlim ready = new(0);

    // A key that moved to a higher lane leaves its place in the lower one behind: such a place is passed over.
    private readonly Queue<TKey>[] lanes = [new(), new(), new()];
    private readonly Dictionary<TKey, (WorkLane Lane, TimeSpan Since)> waiting = [];
    private readonly Dictionary<TKey, WorkLane?> working = [];
    private readonly Dictionary<TKey, int> failures = [];
    private readonly DelayedKeys<TKey> delayed = new();
    private ITimer? timer;
    private bool ended;

    /// <summary>Told of each key that is put in line.</summary>
    public Action? Queued { get; set; }

    /// <summary>Told of how long each key that is taken stood in line.</summary>
    public Action<TimeSpan>? Taken { get; set; }

    /// <summary>How many are in line in the lane.</summary>
    public int Waiting(WorkLane lane)
    {
        lock (gate)
        {
            return waiting.Values.Count(w => w.Lane == lane);
        }
    }

    /// <summary>How many are in line or worked on.</summary>
    public int Open
    {
        get
        {
            lock (gate)
            {
                return waiting.Count + working.Count;
            }
        }
    }

    /// <summary>How many come later.</summary>
    public int Delayed
    {
        get
        {
            lock (gate)
            {
                return delayed.Count;
            }
        }
    }

    /// <summary>Puts the key in line; one that is there already moves up when <paramref name="lane"/> is the higher one.</summary>
    public void Add(TKey key, WorkLane lane)
    {
        lock (gate)
        {
            AddLocked(key, lane);
        }
    }

    /// <summary>Adds the key after <paramref name="delay"/>, unless it comes sooner anyway. Taking the key forgets its delay.</summary>
    public void AddAfter(TKey key, WorkLane lane, TimeSpan delay)
    {
        lock (gate)
        {
            if (delay <= TimeSpan.Zero)
            {
                AddLocked(key, lane);
            }
            else
            {
                delayed.Add(key, lane, Now + delay);
                SetTimer();
            }
        }
    }

    /// <summary>Adds the key after a wait that grows with each failure in a row, from 1 s to 7 min. Returns the wait.</summary>
    public TimeSpan AddAfterFailure(TKey key, WorkLane lane)
    {
        lock (gate)
        {
            int count = failures[key] = failures.GetValueOrDefault(key) + 1;
            TimeSpan wait = Jitter.Backoff(count, FirstWait, LongestWait / 1.5);
            AddAfter(key, lane, wait);
            return wait;
        }
    }

    /// <summary>The key's work succeeded: its next failure is the first one again.</summary>
    public void Succeeded(TKey key)
    {
        lock (gate)
        {
            failures.Remove(key);
        }
    }

    /// <summary>The object is gone: nothing of it is kept. Work that runs goes on. Not for whoever works on the key: what was added meanwhile is news
    /// of another of the same name, and <see cref="Succeeded"/> keeps it.</summary>
    public void Forget(TKey key)
    {
        lock (gate)
        {
            failures.Remove(key);
            delayed.Remove(key);
            waiting.Remove(key);
            if (working.ContainsKey(key))
            {
                working[key] = null;
            }
        }
    }

    /// <summary>The next key, once there is one. <see cref="Done"/> must follow.</summary>
    public async Task<WorkItem<TKey>> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await ready.WaitAsync(cancellationToken);
            if (TryTake() is { } item)
            {
                return item;
            }
        }
    }

    /// <summary>Gives the key back.</summary>
    public void Done(TKey key)
    {
        lock (gate)
        {
            if (working.Remove(key, out WorkLane? again) && again is WorkLane lane)
            {
                AddLocked(key, lane);
            }
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            ended = true;
            timer?.Dispose();
            ready.Dispose();
        }
    }

    private TimeSpan Now => time.GetElapsedTime(0);

    private void AddLocked(TKey key, WorkLane lane)
    {
        if (ended)
        {
            return;
        }

        if (working.TryGetValue(key, out WorkLane? again))
        {
            working[key] = again is WorkLane higher && higher < lane ? higher : lane;
            return;
        }

        bool there = waiting.TryGetValue(key, out (WorkLane Lane, TimeSpan Since) before);
        if (there && before.Lane <= lane)
        {
            return;
        }

        waiting[key] = (lane, there ? before.Since : Now);
        lanes[(int)lane].Enqueue(key);
        if (!there)
        {
            ready.Release();
            Queued?.Invoke();
        }
    }

    private WorkItem<TKey>? TryTake()
    {
        lock (gate)
        {
            for (int lane = 0; lane < lanes.Length; lane++)
            {
                while (lanes[lane].TryDequeue(out TKey? key))
                {
                    if (waiting.TryGetValue(key, out (WorkLane Lane, TimeSpan Since) its) && (int)its.Lane == lane)
                    {
                        waiting.Remove(key);
                        delayed.Remove(key);
                        working[key] = null;
                        Taken?.Invoke(Now - its.Since);
                        return new WorkItem<TKey>(key, its.Lane);
                    }
                }
            }

            return null;
        }
    }

    private void SetTimer()
    {
        if (ended || delayed.Next is not TimeSpan due)
        {
            return;
        }

        TimeSpan wait = due - Now;
        wait = wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
        timer ??= time.CreateTimer(static queue => ((WorkQueue<TKey>)queue!).Elapsed(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    private void Elapsed()
    {
        lock (gate)
        {
            foreach ((TKey key, WorkLane lane) in delayed.TakeDue(Now))
            {
                AddLocked(key, lane);
            }

            SetTimer();
        }
    }
}

/// <summary>A key to work on, and the lane that it came by.</summary>
internal readonly record struct WorkItem<TKey>(TKey Key, WorkLane Lane);
