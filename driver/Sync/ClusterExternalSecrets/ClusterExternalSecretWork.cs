using System.Collections.Concurrent;
using CsiSecrets.Kube;
using CsiSecrets.Kube.Work;
using CsiSecrets.Mirroring;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Model.Manifests.ExternalSecrets;
using CsiSecrets.Model.PeerWords;
using CsiSecrets.Resolution.ExternalSecrets;

namespace CsiSecrets.Sync.ClusterExternalSecrets;

/// <summary>
/// One ExternalSecret in each selected namespace, and none where it is selected no more. No finalizers: the owner reference collects them, and the
/// peer's finalizers on Namespaces are taken away.
/// </summary>
internal sealed class ClusterExternalSecretWork(IKubeApi api, SyncWatches watches, WorkQueue<ObjectKey> queue, SyncShell shell)
{
    private const string NamespaceFinalizer = "externalsecrets.external-secrets.io/ces-";
    private static readonly TimeSpan DefaultRefresh = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<(string Owner, string Namespace), (long? Owner, long? Child)> applied = new();

    /// <summary>How many children are remembered as they were written.</summary>
    public int Remembered => applied.Count;

    public void Changed(ClusterExternalSecret one, bool gone)
    {
        if (gone)
        {
            queue.Forget(one.Key);
            foreach ((string Owner, string Namespace) child in applied.Keys.Where(a => a.Owner == one.Metadata.Uid))
            {
                applied.TryRemove(child, out _);
            }
        }
        else
        {
            queue.Add(one.Key, WorkLane.New);
        }
    }

    /// <summary>A child was edited or deleted: its owner looks again.</summary>
    public void ChildChanged(ExternalSecret child)
    {
        foreach (OwnerReference owner in (child.Metadata.OwnerReferences ?? []).Where(o => o.Kind == "ClusterExternalSecret"))
        {
            var key = new ObjectKey("", owner.Name);
            (string, string) mine = (owner.Uid, child.Metadata.Namespace);
            if (watches.ExternalSecrets.Find(child.Key) is null)
            {
                // With its namespace, perhaps: nothing else would take it from here.
                applied.TryRemove(mine, out _);
                queue.Add(key, WorkLane.Repair);
            }
            else if (!applied.TryGetValue(mine, out (long? Owner, long? Child) last) || last.Child != child.Metadata.Generation)
            {
                queue.Add(key, WorkLane.Repair);
            }
        }
    }

    /// <summary>Labels may select it now, or no more.</summary>
    public void NamespaceChanged(Namespace one, bool gone)
    {
        foreach (ClusterExternalSecret each in watches.ClusterExternalSecrets.All)
        {
            queue.Add(each.Key, WorkLane.New);
        }
    }

    public async Task WorkAsync(WorkItem<ObjectKey> item, CancellationToken cancellationToken)
    {
        if (watches.ClusterExternalSecrets.Find(item.Key) is not { } owner)
        {
            queue.Succeeded(item.Key);
            return;
        }

        await RemoveFinalizersAsync(owner, cancellationToken);
        if (owner.Metadata.DeletionTimestamp is not null)
        {
            return;
        }

        try
        {
            ClusterExternalSecretReader.Check(owner);
        }
        catch (SecretsException e)
        {
            // What it has made stays as it is: nobody knows what is wanted.
            await TellAsync(owner, owner.Status?.FailedNamespaces ?? [], owner.Status?.ProvisionedNamespaces ?? [], e.Message, cancellationToken);
            queue.Succeeded(item.Key);
            return;
        }

        IReadOnlyList<Namespace> selected = SelectedNamespaces.Of(owner.Spec, watches.Namespaces.All);
        var failed = new List<FailedNamespace>();
        var provisioned = new List<string>();
        foreach (Namespace one in selected)
        {
            if (await ProvideAsync(owner, one.Metadata.Name, cancellationToken) is { } reason)
            {
                failed.Add(new FailedNamespace { Namespace = one.Metadata.Name, Reason = reason });
            }
            else
            {
                provisioned.Add(one.Metadata.Name);
            }
        }

        await RemoveOthersAsync(owner, selected, cancellationToken);
        await TellAsync(owner, failed, provisioned, failed.Count > 0 ? ExternalSecretsWords.SomeNamespacesFailed : "", cancellationToken);
        if (failed.Count > 0)
        {
            queue.AddAfterFailure(item.Key, WorkLane.Routine);
            return;
        }

        queue.Succeeded(item.Key);
        queue.AddAfter(item.Key, WorkLane.Routine, GoDuration.TryParse(owner.Spec.RefreshTime ?? "", out TimeSpan every) && every > TimeSpan.Zero ? every : DefaultRefresh);
    }

    /// <summary>Null, or why this namespace has none.</summary>
    private async Task<string?> ProvideAsync(ClusterExternalSecret owner, string ns, CancellationToken cancellationToken)
    {
        ExternalSecret? there = watches.ExternalSecrets.Find(new ObjectKey(ns, ChildExternalSecret.NameOf(owner)));
        if (there is not null && !ChildExternalSecret.IsOf(owner, there))
        {
            return ExternalSecretsWords.AlreadyExists;
        }

        (string, string) key = (owner.Metadata.Uid, ns);
        string force = owner.Metadata.Annotation(ChildExternalSecret.ForceAnnotation) ?? "";
        bool same = there is not null && applied.TryGetValue(key, out (long? Owner, long? Child) last) && last.Owner == owner.Metadata.Generation
            && last.Child == there.Metadata.Generation && (there.Metadata.Annotation(ChildExternalSecret.ForceAnnotation) ?? "") == force;
        if (same)
        {
            return null;
        }

        try
        {
            ExternalSecret now = await api.ApplyBodyAsync(
                ResourceTypes.ExternalSecrets, new ObjectKey(ns, ChildExternalSecret.NameOf(owner)), ChildExternalSecret.Body(owner, ns), Marks.Manager, cancellationToken);
            applied[key] = (owner.Metadata.Generation, now.Metadata.Generation);
            return null;
        }
        catch (SecretsException e)
        {
            return e.Message;
        }
    }

    private async Task RemoveOthersAsync(ClusterExternalSecret owner, IReadOnlyList<Namespace> selected, CancellationToken cancellationToken)
    {
        string name = ChildExternalSecret.NameOf(owner);
        HashSet<string> wanted = [.. selected.Select(n => n.Metadata.Name)];
        foreach (ExternalSecret child in watches.ExternalSecrets.All.Where(c =>
            ChildExternalSecret.IsOf(owner, c) && (c.Metadata.Name != name || !wanted.Contains(c.Metadata.Namespace))).ToList())
        {
            // Its own status may be written at this moment.
            await api.DeleteWhileAsync(ResourceTypes.ExternalSecrets, child, c => ChildExternalSecret.IsOf(owner, c), cancellationToken);
            applied.TryRemove((owner.Metadata.Uid, child.Metadata.Namespace), out _);
        }
    }

    private async Task TellAsync(
        ClusterExternalSecret owner, IReadOnlyList<FailedNamespace> failed, IReadOnlyList<string> provisioned, string problem, CancellationToken cancellationToken)
    {
        ClusterExternalSecretStatus? before = owner.Status;
        var next = new ClusterExternalSecretStatus
        {
            ExternalSecretName = ChildExternalSecret.NameOf(owner),
            FailedNamespaces = failed,
            ProvisionedNamespaces = provisioned,
            Conditions = Conditions.With(before?.Conditions ?? [], problem.Length == 0, "", problem, shell.Time.GetUtcNow()),
        };
        bool same = before is not null && before.ExternalSecretName == next.ExternalSecretName && before.FailedNamespaces.SequenceEqual(failed)
            && before.ProvisionedNamespaces.SequenceEqual(provisioned) && IsSame(Conditions.ReadyOf(before.Conditions), Conditions.ReadyOf(next.Conditions));
        if (!same)
        {
            await api.PatchStatusAsync(
                ResourceTypes.ClusterExternalSecrets, owner.Key, StatusBodies.Of(next, ManifestJson.Default.ClusterExternalSecretStatus), cancellationToken);
        }

        if (!same && problem.Length > 0)
        {
            var about = SyncEvent.Of(owner, $"{ResourceTypes.ExternalSecretsGroup}/v1", "ClusterExternalSecret");
            shell.Events.Transition($"cluster {owner.Key}", ExternalSecretsWords.EventFailed);
            shell.Events.Write($"cluster {owner.Key}", about, ExternalSecretsWords.EventFailed, problem, warning: true);
        }
    }

    private static bool IsSame(StatusCondition? one, StatusCondition? other) => one?.Status == other?.Status && (one?.Message ?? "") == (other?.Message ?? "");

    private async Task RemoveFinalizersAsync(ClusterExternalSecret owner, CancellationToken cancellationToken)
    {
        if (PeerFinalizers.Any(owner.Metadata) && owner.Metadata.DeletionTimestamp is not null)
        {
            await api.PatchAsync(ResourceTypes.ClusterExternalSecrets, owner.Key, PatchKind.Merge, PeerFinalizers.Removal(owner.Metadata), cancellationToken);
        }

        foreach (Namespace one in watches.Namespaces.All.Where(n => n.Metadata.Finalizers?.Any(f => f.StartsWith(NamespaceFinalizer, StringComparison.Ordinal)) == true))
        {
            await api.PatchAsync(ResourceTypes.Namespaces, one.Key, PatchKind.Merge, PeerFinalizers.Removal(one.Metadata), cancellationToken);
        }
    }
}
