using System.Collections.Concurrent;
using CsiSecrets.Model;
using CsiSecrets.Providers;

namespace CsiSecrets.Resolution;

/// <summary>
/// Reads each object once for everybody who may read it: single flight and a short-lived value for each credential key and object, and the
/// clock of when it was last known to be current. Nothing is ever shared across credential keys.
/// </summary>
internal sealed class SharedFetch(FetchOptions options, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan IdleLane = TimeSpan.FromMinutes(10);
    private readonly ConcurrentDictionary<FetchKey, ObjectEntry> entries = new();
    private readonly ConcurrentDictionary<string, AccessLane> lanes = new(StringComparer.Ordinal);
    private readonly FetchFlights flights = new(options, time);

    /// <summary>Told when an object's version differs from the one known before, or it vanished.</summary>
    public Action<FetchKey>? Changed
    {
        set => flights.Changed = value;
    }

    /// <summary>Told after a call for objects that volumes have already: their clocks moved.</summary>
    public Action? Probed
    {
        set => flights.Probed = value;
    }

    /// <summary>Told what answered a want: <c>memory</c>, <c>shared</c> (another consumer's call) or <c>call</c>.</summary>
    public Action<string> Answered { get; set; } = static _ => { };

    /// <summary>Whether much more is about to be asked for: then calls wait longer for company.</summary>
    public Func<bool> IsBusy { get; set; } = static () => false;

    /// <summary>When the object was last known to be current, and its version then; null when never.</summary>
    public ObjectState? StateOf(FetchKey key)
    {
        if (!entries.TryGetValue(key, out ObjectEntry? entry))
        {
            return null;
        }

        lock (entry.Gate)
        {
            return entry.CheckedAt == default ? null : new ObjectState(key, entry.Version, entry.CheckedAt);
        }
    }

    /// <summary>Answers each want, in order, from memory where it is young enough, else by one call for all that is needed.</summary>
    public Task<IReadOnlyList<FetchResult>> GetAsync(
        ISecretReader provider, ProviderAccess access, IReadOnlyList<Want> wants, CancellationToken cancellationToken) =>
        GetAsync(provider, access, wants, landed: false, cancellationToken);

    private async Task<IReadOnlyList<FetchResult>> GetAsync(
        ISecretReader provider, ProviderAccess access, IReadOnlyList<Want> wants, bool landed, CancellationToken cancellationToken)
    {
        var results = new FetchResult?[wants.Count];
        var lead = new List<(int Index, PendingFetch Pending)>();
        var join = new List<(int Index, Task<FetchResult> Flight)>();
        for (int i = 0; i < wants.Count; i++)
        {
            ObjectEntry entry = entries.GetOrAdd(FetchKey.Of(access.Key, wants[i].Request.ObjectKey), static _ => new ObjectEntry());
            lock (entry.Gate)
            {
                results[i] = entry.Answer(wants[i], options.ValueAge, landed, time.GetUtcNow());
                if (results[i] is not null)
                {
                    Count(landed, "memory");
                    continue;
                }

                if (entry.Flight is { } flight)
                {
                    join.Add((i, flight));
                    Count(landed, "shared");
                    continue;
                }

                var mine = new TaskCompletionSource<FetchResult>(TaskCreationOptions.RunContinuationsAsynchronously);
                entry.Flight = mine.Task;
                lead.Add((i, new PendingFetch(wants[i], entry, mine)));
                Count(landed: false, "call");
            }
        }

        if (lead.Count > 0)
        {
            Call(provider, access, lead.ConvertAll(l => l.Pending));
        }

        List<int> again = [];
        foreach ((int index, Task<FetchResult> flight) in join.Concat(lead.Select(l => (l.Index, l.Pending.Flight.Task))))
        {
            FetchResult answer = await flight.WaitAsync(cancellationToken);
            results[index] = answer is FetchResult.Failed ? answer : null;
            if (results[index] is null)
            {
                again.Add(index);
            }
        }

        if (again.Count > 0)
        {
            await TakeLandedAsync(provider, access, wants, results, again, cancellationToken);
        }

        if (entries.Count > options.MostRemembered)
        {
            Forget(access, lead.Select(l => l.Pending));
        }

        return results!;
    }

    /// <summary>Of these, all that led to nothing.</summary>
    private void Forget(ProviderAccess access, IEnumerable<PendingFetch> asked)
    {
        foreach (PendingFetch one in asked)
        {
            lock (one.Entry.Gate)
            {
                if (one.Entry is { Version: null, Flight: null })
                {
                    entries.TryRemove(KeyValuePair.Create(FetchKey.Of(access.Key, one.Want.Request.ObjectKey), one.Entry));
                }
            }
        }
    }

    /// <summary>A call that is no read of objects, e.g. a find: under the breaker of its access, and as long as a call may last.</summary>
    /// <param name="access">As whom.</param>
    /// <param name="subject">What is asked for, for messages.</param>
    /// <param name="call">The call; it ends by its token.</param>
    public Task<T> AskAsync<T>(ProviderAccess access, string subject, Func<CancellationToken, Task<T>> call) => options.GatherWindow > TimeSpan.Zero
        ? LaneOf(access).AskAsync(access, subject, call)
        : flights.AskAsync(subject, call, static _ => { });

    /// <summary>Takes over a value that came by another way than a read, such as a listing that brings values along.</summary>
    public void Learn(ProviderAccess access, SecretRequest request, FetchResult.Value value, DateTimeOffset askedAt)
    {
        ObjectEntry entry = entries.GetOrAdd(FetchKey.Of(access.Key, request.ObjectKey), static _ => new ObjectEntry());
        lock (entry.Gate)
        {
            entry.Learn(value, askedAt, options, time.GetUtcNow());
            entry.Touch(time.GetUtcNow());
        }
    }

    /// <summary>All clocks, to be persisted: versions and times, never a value.</summary>
    public IReadOnlyList<ObjectState> Snapshot()
    {
        var states = new List<ObjectState>();
        foreach ((FetchKey key, ObjectEntry entry) in entries)
        {
            lock (entry.Gate)
            {
                if (entry.CheckedAt != default)
                {
                    states.Add(new ObjectState(key, entry.Version, entry.CheckedAt));
                }
            }
        }

        return states;
    }

    public void Restore(IEnumerable<ObjectState> states)
    {
        DateTimeOffset now = time.GetUtcNow();
        foreach (ObjectState state in states.Where(s => s.CheckedAt <= now))
        {
            ObjectEntry entry = entries.GetOrAdd(state.Key, static _ => new ObjectEntry());
            lock (entry.Gate)
            {
                entry.Restore(state.Version, state.CheckedAt, now);
            }
        }
    }

    /// <summary>How many objects it knows of.</summary>
    public int Known => entries.Count;

    /// <summary>Clears values past their age or beyond the byte bound, and forgets objects that nobody asks about.</summary>
    /// <param name="inUse">Whether anybody has the object. What nobody has is forgotten soon: names are a tenant's to make up, by the thousand.
    /// Null where that is not known.</param>
    public void Sweep(Predicate<FetchKey>? inUse = null)
    {
        DateTimeOffset now = time.GetUtcNow();
        foreach ((string key, _) in lanes.Where(l => l.Value.IsIdle(IdleLane)))
        {
            lanes.TryRemove(key, out _);
        }

        long bytes = 0;
        foreach ((FetchKey key, ObjectEntry entry) in entries.ToArray().OrderByDescending(e => e.Value.CheckedAt))
        {
            lock (entry.Gate)
            {
                bytes += entry.ValueLength;
                if ((now - entry.CheckedAt).Duration() > options.ValueAge || bytes > options.ValueBytes)
                {
                    bytes -= entry.ValueLength;
                    entry.DropValue();
                }

                TimeSpan keep = inUse?.Invoke(key) == false ? options.ForgetUnusedAfter : options.ForgetAfter;
                if (entry.Flight is null && (now - entry.TouchedAt).Duration() > keep)
                {
                    entries.TryRemove(key, out _);
                }
            }
        }
    }

    public void Dispose()
    {
        flights.Dispose();
        foreach (ObjectEntry entry in entries.Values)
        {
            lock (entry.Gate)
            {
                entry.DropValue();
            }
        }
    }

    /// <summary>Takes what a landed flight left in memory. One that landed for somebody else's want (a probe, when this one needs the
    /// value) may call for another flight.</summary>
    private async Task TakeLandedAsync(
        ISecretReader provider,
        ProviderAccess access,
        IReadOnlyList<Want> wants,
        FetchResult?[] results,
        List<int> again,
        CancellationToken cancellationToken)
    {
        IReadOnlyList<FetchResult> taken = await GetAsync(
            provider, access, [.. again.Select(i => wants[i])], landed: true, cancellationToken);
        for (int i = 0; i < again.Count; i++)
        {
            results[again[i]] = taken[i];
        }
    }

    private void Call(ISecretReader provider, ProviderAccess access, List<PendingFetch> group)
    {
        if (options.GatherWindow > TimeSpan.Zero)
        {
            LaneOf(access).Submit(provider, access, group);
            return;
        }

        // The call outlives a caller that goes away: others have joined it.
        _ = flights.FlyAsync(provider, access, group, static _ => { });
    }

    private AccessLane LaneOf(ProviderAccess access) => lanes.GetOrAdd(access.Key, _ => new AccessLane(flights, options, () => IsBusy(), time));

    private void Count(bool landed, string by)
    {
        if (!landed)
        {
            Answered(by);
        }
    }
}
