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
    private readonly ConcurrentDictionary<FetchKey, ObjectEntry> entries = new();
    private readonly CancellationTokenSource stopping = new();

    /// <summary>Told when an object's version differs from the one known before, or it vanished.</summary>
    public Action<FetchKey>? Changed { get; set; }

    /// <summary>Told after a call for objects that volumes have already: their clocks moved.</summary>
    public Action? Probed { get; set; }

    /// <summary>Told what answered a want: <c>memory</c>, <c>shared</c> (another consumer's call) or <c>call</c>.</summary>
    public Action<string> Answered { get; set; } = static _ => { };

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
        var lead = new List<(int Index, Want Want, ObjectEntry Entry, TaskCompletionSource<FetchResult> Flight)>();
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
                lead.Add((i, wants[i], entry, mine));
                Count(landed: false, "call");
            }
        }

        if (lead.Count > 0)
        {
            // The call outlives a caller that goes away: others have joined it.
            _ = FlyAsync(provider, access, lead.ConvertAll(l => (l.Want, l.Entry, l.Flight)));
        }

        List<int> again = [];
        foreach ((int index, Task<FetchResult> flight) in join.Concat(lead.Select(l => (l.Index, l.Flight.Task))))
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

        return results!;
    }

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

    /// <summary>Clears values past their age or beyond the byte bound, and forgets objects that nobody asks about.</summary>
    public void Sweep()
    {
        DateTimeOffset now = time.GetUtcNow();
        long bytes = 0;
        foreach ((FetchKey key, ObjectEntry entry) in entries.OrderByDescending(e => e.Value.CheckedAt))
        {
            lock (entry.Gate)
            {
                bytes += entry.ValueLength;
                if (now - entry.CheckedAt > options.ValueAge || bytes > options.ValueBytes)
                {
                    bytes -= entry.ValueLength;
                    entry.DropValue();
                }

                if (entry.Flight is null && now - entry.TouchedAt > options.ForgetAfter)
                {
                    entries.TryRemove(key, out _);
                }
            }
        }
    }

    public void Dispose()
    {
        stopping.Cancel();
        stopping.Dispose();
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

    private async Task FlyAsync(
        ISecretReader provider, ProviderAccess access, List<(Want Want, ObjectEntry Entry, TaskCompletionSource<FetchResult> Flight)> group)
    {
        DateTimeOffset askedAt = time.GetUtcNow();
        FetchItem[] items = [.. group.Select(g => new FetchItem(g.Want.Request, ProbeVersion(g.Entry, g.Want)))];
        IReadOnlyList<FetchResult> answers = await CallAsync(provider, access, items);
        var changes = new List<FetchKey>();
        for (int i = 0; i < group.Count; i++)
        {
            (Want want, ObjectEntry entry, _) = group[i];
            bool changed;
            lock (entry.Gate)
            {
                string? before = entry.CheckedAt == default ? null : entry.Version;
                bool first = entry.CheckedAt == default;
                entry.Learn(answers[i], askedAt, options, time.GetUtcNow());
                entry.Flight = null;
                changed = !first && answers[i] is not FetchResult.Failed && entry.Version != before;
            }

            if (changed)
            {
                changes.Add(FetchKey.Of(access.Key, want.Request.ObjectKey));
            }
        }

        if (group.Exists(g => g.Want.KnownVersion is not null))
        {
            Probed?.Invoke();
        }

        for (int i = 0; i < group.Count; i++)
        {
            group[i].Flight.SetResult(answers[i]);
        }

        changes.ForEach(key => Changed?.Invoke(key));
    }

    private async Task<IReadOnlyList<FetchResult>> CallAsync(ISecretReader provider, ProviderAccess access, FetchItem[] items)
    {
        using var timeout = new CancellationTokenSource(options.CallTimeout, time);
        try
        {
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stopping.Token);
            return await provider.FetchAsync(access, items, linked.Token);
        }
        catch (OperationCanceledException)
        {
            return FailAll(items, item => new SecretsException(
                FailureReason.ProviderTimeout, item.Request.Name, $"provider {provider.Name} did not answer within {options.CallTimeout.TotalSeconds:0} s", "check the network path to the provider"));
        }
        catch (SecretsException e)
        {
            return FailAll(items, _ => e);
        }
#pragma warning disable CA1031 // Boundary: a provider's defect fails these objects, not the process.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return FailAll(items, item => new SecretsException(
                FailureReason.Internal, item.Request.Name, $"provider {provider.Name} failed unexpectedly ({e.GetType().Name})", "this is a defect of the driver: please report it"));
        }
    }

    private void Count(bool landed, string by)
    {
        if (!landed)
        {
            Answered(by);
        }
    }

    private static FetchResult[] FailAll(FetchItem[] items, Func<FetchItem, SecretsException> why) =>
        [.. items.Select(item => new FetchResult.Failed(why(item)))];

    private static string? ProbeVersion(ObjectEntry entry, Want want)
    {
        lock (entry.Gate)
        {
            return entry.VersionToProbe(want);
        }
    }
}
