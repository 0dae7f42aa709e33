using CsiSecrets.Model;
using CsiSecrets.Providers;

namespace CsiSecrets.Resolution;

/// <summary>
/// The calls of one access. What different callers want within a short window, or while enough calls are under way, flies as one call, so that
/// the provider can read in batches. Departures keep a distance. A provider that keeps failing is left alone for a while.
/// </summary>
internal sealed class AccessLane(FetchFlights flights, FetchOptions options, TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly Queue<PendingFetch> waiting = new();
    private readonly AccessBreaker breaker = new(options, time);
    private (ISecretReader Provider, ProviderAccess Access) last;
    private int inFlight;
    private bool boarding;
    private long? departedAt;

    /// <summary>Nothing is under way, and nothing is remembered that matters.</summary>
    public bool IsIdle(TimeSpan since)
    {
        lock (gate)
        {
            return inFlight == 0 && waiting.Count == 0 && !boarding && !breaker.IsOpen
                && (departedAt is not { } at || time.GetElapsedTime(at) > since);
        }
    }

    public void Submit(ISecretReader provider, ProviderAccess access, IReadOnlyList<PendingFetch> group)
    {
        Func<SecretRequest, SecretsException>? refusal;
        lock (gate)
        {
            refusal = breaker.Refusal();
            if (refusal is null)
            {
                last = (provider, access);
                foreach (PendingFetch one in group)
                {
                    waiting.Enqueue(one);
                }
            }
        }

        if (refusal is not null)
        {
            flights.Refuse(access, group, refusal);
            return;
        }

        Board();
    }

    /// <summary>Plans the next departure, unless one is planned or too many calls are under way: then one that lands will.</summary>
    private void Board()
    {
        TimeSpan wait;
        lock (gate)
        {
            if (boarding || waiting.Count == 0 || inFlight >= options.GatherFlights)
            {
                return;
            }

            boarding = true;
            TimeSpan rest = departedAt is { } at ? options.FlightSpacing - time.GetElapsedTime(at) : TimeSpan.Zero;
            wait = rest > options.GatherWindow ? rest : options.GatherWindow;
        }

        // The call outlives a caller that goes away: others have joined it.
        _ = DepartAsync(wait);
    }

    private async Task DepartAsync(TimeSpan wait)
    {
        await flights.WaitAsync(wait);
        var group = new List<PendingFetch>();
        ISecretReader provider;
        ProviderAccess access;
        lock (gate)
        {
            while (group.Count < options.GatherItems && waiting.TryDequeue(out PendingFetch? next))
            {
                group.Add(next);
            }

            (provider, access) = last;
            boarding = false;
            if (group.Count == 0)
            {
                // Whoever was to fly was refused meanwhile.
                return;
            }

            inFlight++;
            departedAt = time.GetTimestamp();
        }

        Board();
        await flights.FlyAsync(provider, access, group, failure => Land(access, failure));
    }

    private void Land(ProviderAccess access, SecretsException? failure)
    {
        PendingFetch[] stranded = [];
        Func<SecretRequest, SecretsException>? refusal;
        lock (gate)
        {
            inFlight--;
            breaker.Note(failure);
            refusal = breaker.IsOpen ? breaker.Refusal() : null;
            if (refusal is not null)
            {
                stranded = [.. waiting];
                waiting.Clear();
            }
        }

        if (refusal is not null)
        {
            flights.Refuse(access, stranded, refusal);
        }

        Board();
    }
}
