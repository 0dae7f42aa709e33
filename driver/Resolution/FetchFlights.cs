using CsiSecrets.Model;
using CsiSecrets.Providers;

namespace CsiSecrets.Resolution;

/// <summary>One call to a provider for a group of wants: asks, teaches each object what was answered, tells who waits.</summary>
internal sealed class FetchFlights : IDisposable
{
    private readonly FetchOptions options;
    private readonly TimeProvider time;
    private readonly CancellationTokenSource stopping = new();
    private readonly CancellationToken stopped;

    public FetchFlights(FetchOptions options, TimeProvider time)
    {
        (this.options, this.time) = (options, time);
        stopped = stopping.Token;
    }

    /// <summary>Told when an object's version differs from the one known before, or it vanished.</summary>
    public Action<FetchKey>? Changed { get; set; }

    /// <summary>Told after a call for objects that volumes have already: their clocks moved.</summary>
    public Action? Probed { get; set; }

    /// <summary>Waits, unless the process ends meanwhile.</summary>
    public async Task WaitAsync(TimeSpan wait)
    {
        try
        {
            await Task.Delay(wait, time, stopped);
        }
        catch (OperationCanceledException) when (stopped.IsCancellationRequested)
        {
            // Whoever waits is answered by a call that ends at once.
        }
    }

    /// <param name="provider">Whom to ask.</param>
    /// <param name="access">As whom.</param>
    /// <param name="group">What for.</param>
    /// <param name="landed">Told, before those who wait are, why the provider itself failed the whole group; null when it answered anything,
    /// refusals included.</param>
    public async Task FlyAsync(ISecretReader provider, ProviderAccess access, IReadOnlyList<PendingFetch> group, Action<SecretsException?> landed)
    {
        DateTimeOffset askedAt = time.GetUtcNow();
        FetchItem[] items = [.. group.Select(g => new FetchItem(g.Want.Request, ProbeVersion(g.Entry, g.Want)))];
        IReadOnlyList<FetchResult> answers = await CallAsync(provider, access, items);
        bool failed = answers.All(a => a is FetchResult.Failed { Why.Reason: var reason } && IsProviders(reason));
        Land(access, group, answers, askedAt, () => landed(failed ? (answers[0] as FetchResult.Failed)?.Why : null));
    }

    /// <summary>A call that is no read of objects, e.g. a find. It outlives a caller that goes away, and ends with the process.</summary>
    /// <param name="subject">What is asked for, for messages.</param>
    /// <param name="call">The call.</param>
    /// <param name="landed">As in <see cref="FlyAsync"/>.</param>
    public async Task<T> AskAsync<T>(string subject, Func<CancellationToken, Task<T>> call, Action<SecretsException?> landed)
    {
        using var timeout = new CancellationTokenSource(options.CallTimeout, time);
        try
        {
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stopped);
            T answer = await call(linked.Token);
            landed(null);
            return answer;
        }
        catch (OperationCanceledException)
        {
            var late = new SecretsException(
                FailureReason.ProviderTimeout, subject, $"the provider did not answer within {options.CallTimeout.TotalSeconds:0} s", "check the network path to the provider");
            landed(late);
            throw late;
        }
        catch (SecretsException e)
        {
            landed(IsProviders(e.Reason) ? e : null);
            throw;
        }
        catch (Exception)
        {
            // A defect says nothing of the provider.
            landed(null);
            throw;
        }
    }

    /// <summary>Answers a group without a call.</summary>
    public void Refuse(ProviderAccess access, IReadOnlyList<PendingFetch> group, Func<string, SecretsException> why) =>
        Land(access, group, [.. group.Select(g => new FetchResult.Failed(why(g.Want.Request.Name)))], time.GetUtcNow(), static () => { });

    public void Dispose()
    {
        if (!stopping.IsCancellationRequested)
        {
            stopping.Cancel();
            stopping.Dispose();
        }
    }

    /// <summary>Whether a reason is about the provider, whatever was asked of it.</summary>
    private static bool IsProviders(FailureReason reason) => reason is FailureReason.ProviderUnavailable or FailureReason.ProviderTimeout
        or FailureReason.Throttled or FailureReason.Unauthenticated;

    private void Land(ProviderAccess access, IReadOnlyList<PendingFetch> group, IReadOnlyList<FetchResult> answers, DateTimeOffset askedAt, Action landed)
    {
        var changes = new List<FetchKey>();
        for (int i = 0; i < group.Count; i++)
        {
            ObjectEntry entry = group[i].Entry;
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
                changes.Add(FetchKey.Of(access.Key, group[i].Want.Request.ObjectKey));
            }
        }

        try
        {
            landed();
            if (group.Any(g => g.Want.KnownVersion is not null))
            {
                Probed?.Invoke();
            }
        }
        finally
        {
            // Whatever becomes of the clocks: who waits is answered.
            for (int i = 0; i < group.Count; i++)
            {
                group[i].Flight.SetResult(answers[i]);
            }
        }

        changes.ForEach(key => Changed?.Invoke(key));
    }

    private async Task<IReadOnlyList<FetchResult>> CallAsync(ISecretReader provider, ProviderAccess access, FetchItem[] items)
    {
        using var timeout = new CancellationTokenSource(options.CallTimeout, time);
        try
        {
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stopped);
            IReadOnlyList<FetchResult> answers = await provider.FetchAsync(access, items, linked.Token);
            return answers.Count == items.Length ? answers : throw new InvalidOperationException("as many answers as items");
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
