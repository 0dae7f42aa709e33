using CsiSecrets.Model;
using CsiSecrets.Providers;

namespace CsiSecrets.Resolution;

/// <summary>
/// The calls of one access. What different callers want within a short window, or while enough calls are under way, flies as one call, so that
/// the provider can read in batches; while many wait the window is longer, and a full batch does not wait for its end. Departures keep a
/// distance. A provider that keeps failing is left alone for a while.
/// </summary>
/// <param name="flights">Carries them out.</param>
/// <param name="options">Windows and bounds.</param>
/// <param name="busy">Whether much more is about to be asked for.</param>
/// <param name="time">Clock.</param>
internal sealed class AccessLane(FetchFlights flights, FetchOptions options, Func<bool> busy, TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly Queue<PendingFetch> waiting = new();
    private readonly AccessBreaker breaker = new(options, time);
    private (ISecretReader Provider, ProviderAccess Access) last;
    private int inFlight;
    private bool boarding;
    private bool boardingFull;
    private int planned;
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
        Func<string, SecretsException>? refusal;
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

    /// <summary>A call of another kind, under the same breaker. Throws at once while that is open.</summary>
    public Task<T> AskAsync<T>(ProviderAccess access, string subject, Func<CancellationToken, Task<T>> call)
    {
        Func<string, SecretsException>? refusal;
        lock (gate)
        {
            refusal = breaker.Refusal();
        }

        return refusal is null ? flights.AskAsync(subject, call, failure => Note(access, failure)) : throw refusal(subject);
    }

    /// <summary>Plans the next departure, unless one is planned or too many calls are under way: then one that lands will. A batch that is full
    /// takes the place of a departure that waits for its window.</summary>
    private void Board()
    {
        TimeSpan wait;
        int plan;
        lock (gate)
        {
            bool full = waiting.Count >= options.GatherFull;
            if (waiting.Count == 0 || inFlight >= options.GatherFlights || (boarding && (boardingFull || !full)))
            {
                return;
            }

            (boarding, boardingFull, plan) = (true, full, ++planned);
            TimeSpan rest = departedAt is { } at ? options.FlightSpacing - time.GetElapsedTime(at) : TimeSpan.Zero;
            TimeSpan window = full ? TimeSpan.Zero : IsLively() ? options.BusyWindow : options.GatherWindow;
            wait = rest > window ? rest : window;
        }

        // The call outlives a caller that goes away: others have joined it.
        _ = DepartAsync(wait, plan);
    }

    private async Task DepartAsync(TimeSpan wait, int plan)
    {
        await flights.WaitAsync(wait);
        var group = new List<PendingFetch>();
        ISecretReader provider;
        ProviderAccess access;
        lock (gate)
        {
            if (plan != planned)
            {
                // A full batch went before.
                return;
            }

            for (int left = Math.Min(Passengers(), options.GatherItems); left > 0; left--)
            {
                group.Add(waiting.Dequeue());
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

    /// <summary>Much is to be asked for, and some of it as this identity: one that comes alone does not wait for company of others.</summary>
    private bool IsLively() => departedAt is { } at && time.GetElapsedTime(at) <= options.LivelyFor && busy();

    /// <summary>While more comes anyway, only full batches go: what is left over waits for those.</summary>
    private int Passengers() => waiting.Count > options.GatherFull && IsLively() ? waiting.Count - (waiting.Count % options.GatherFull) : waiting.Count;

    private void Land(ProviderAccess access, SecretsException? failure)
    {
        lock (gate)
        {
            inFlight--;
        }

        Note(access, failure);
        Board();
    }

    private void Note(ProviderAccess access, SecretsException? failure)
    {
        PendingFetch[] stranded = [];
        Func<string, SecretsException>? refusal;
        lock (gate)
        {
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
    }
}
