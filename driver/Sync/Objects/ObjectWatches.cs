using CsiSecrets.Kube;
using CsiSecrets.Kube.Objects;
using CsiSecrets.Mirroring;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Sync.Objects;

/// <summary>
/// Watches of the kinds that ExternalSecrets write: one for each kind and namespace in use, of marked objects alone, so that a Role in one
/// namespace is enough; dropped with its last user.
/// </summary>
internal sealed class ObjectWatches(IKubeApi api, TimeProvider time, ILogger log)
{
    private readonly Lock gate = new();
    private readonly Dictionary<(ObjectKind Kind, string Namespace), Watched> watched = [];
    private readonly Dictionary<ObjectKey, ObjectTarget> targets = [];
    private CancellationToken term;
    private Task ending = Task.CompletedTask;

    /// <summary>Told of each change of an object that an ExternalSecret writes: the ExternalSecret, the object, and whether it is gone.</summary>
    public Action<ObjectKey, ObservedObject, bool> Changed { get; set; } = static (_, _, _) => { };

    public int Count
    {
        get
        {
            lock (gate)
            {
                return watched.Count;
            }
        }
    }

    /// <summary>Keeps the watches until cancelled; all have ended then.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        term = cancellationToken;
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The process ends, or leads no more.
        }

        Task all;
        lock (gate)
        {
            all = Task.WhenAll([ending, .. watched.Values.Select(static w => w.EndAsync())]);
            watched.Clear();
        }

        await all;
    }

    /// <summary>Watches the target for its user, in the place of the target it had before; on return the watch has listed once. Throws what the API
    /// server refuses.</summary>
    public async Task UseAsync(ObjectTarget target, ObjectKey user, CancellationToken cancellationToken)
    {
        (ObjectKind Kind, string Namespace) place = (target.Kind, target.Key.Namespace);
        Watched? one;
        lock (gate)
        {
            targets[user] = target;
            if (!watched.TryGetValue(place, out one))
            {
                watched[place] = one = new Watched(CancellationTokenSource.CreateLinkedTokenSource(term));
                one.Ready = StartAsync(one, place.Kind, place.Namespace);
            }
        }

        Drop();
        try
        {
            await one.Ready.WaitAsync(cancellationToken);
        }
        catch when (one.Ready is { IsCompleted: true, IsCompletedSuccessfully: false })
        {
            lock (gate)
            {
                if (watched.GetValueOrDefault(place) == one)
                {
                    watched.Remove(place);
                    ending = Task.WhenAll(ending, one.EndAsync());
                }
            }

            throw;
        }
    }

    /// <summary>The ExternalSecret writes no such object any more.</summary>
    public void Release(ObjectKey user)
    {
        lock (gate)
        {
            if (!targets.Remove(user))
            {
                return;
            }
        }

        Drop();
    }

    public ObservedObject? Find(ObjectTarget target) => Of(target)?.Find(target.Key);

    /// <summary>The marked objects of the target's kind in its namespace.</summary>
    public IReadOnlyList<ObservedObject> Beside(ObjectTarget target) => [.. Of(target)?.All ?? []];

    private Informer<ObservedObject>? Of(ObjectTarget target)
    {
        lock (gate)
        {
            return watched.GetValueOrDefault((target.Kind, target.Key.Namespace))?.Informer;
        }
    }

    private async Task StartAsync(Watched one, ObjectKind kind, string ns)
    {
        await Task.Yield();
        var query = new KubeQuery { Namespace = ns, LabelSelector = Marks.ManagedSelector };

        // An informer tries for ever: what the server refuses is to be told.
        await api.ListAsync(kind.Observed, query, static _ => { }, one.Stop.Token);
        one.Informer = new Informer<ObservedObject>(api, kind.Observed, query, time, log) { Changed = (seen, gone) => Tell(kind, seen, gone) };
        one.Running = RunAsync(one.Informer, one.Stop.Token);
        await one.Informer.Synced.WaitAsync(one.Stop.Token);
    }

    private static async Task RunAsync(Informer<ObservedObject> informer, CancellationToken cancellationToken)
    {
        try
        {
            await informer.RunAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Dropped, or the process leads no more.
        }
    }

    private void Tell(ObjectKind kind, ObservedObject seen, bool gone)
    {
        var target = new ObjectTarget(kind, seen.Key);
        ObjectKey[] users;
        lock (gate)
        {
            users = [.. targets.Where(t => t.Value == target).Select(static t => t.Key)];
        }

        foreach (ObjectKey user in users)
        {
            Changed(user, seen, gone);
        }
    }

    private void Drop()
    {
        lock (gate)
        {
            HashSet<(ObjectKind, string)> used = [.. targets.Values.Select(static t => (t.Kind, t.Key.Namespace))];
            foreach ((ObjectKind Kind, string Namespace) place in watched.Keys.Where(p => !used.Contains(p)).ToList())
            {
                watched.Remove(place, out Watched? one);
                ending = Task.WhenAll(ending, one!.EndAsync());
            }
        }
    }

    private sealed class Watched(CancellationTokenSource stop)
    {
        public CancellationTokenSource Stop { get; } = stop;

        public Informer<ObservedObject>? Informer { get; set; }

        public Task Ready { get; set; } = Task.CompletedTask;

        public Task Running { get; set; } = Task.CompletedTask;

        public async Task EndAsync()
        {
            await Stop.CancelAsync();
            try
            {
                await Ready;
            }
            catch (Exception e) when (e is OperationCanceledException or SecretsException)
            {
                // Whoever waits for it has been told.
            }

            await Running;
            Stop.Dispose();
        }
    }
}
