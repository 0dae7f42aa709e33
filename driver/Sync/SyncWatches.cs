using System.Collections.Concurrent;
using CsiSecrets.Kube;
using CsiSecrets.Kube.Secrets;
using CsiSecrets.Mirroring;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Model.Manifests.ExternalSecrets;
using CsiSecrets.Resolution.ExternalSecrets;

namespace CsiSecrets.Sync;

/// <summary>The watches of the sync path, and what is found in them quickly.</summary>
internal sealed class SyncWatches
{
    private readonly KeyGroups<ObjectKey, string> byTarget = new();
    private readonly ConcurrentDictionary<ObjectKey, ObjectKey> targets = new();
    private readonly KeyGroups<string, ObjectKey> byCreator = new();
    private readonly bool clusterStores;
    private readonly bool clusterExternalSecrets;

    public SyncWatches(IKubeApi api, SyncOptions options, TimeProvider time, ILogger log)
    {
        (clusterStores, clusterExternalSecrets) = (options.ClusterStores, options.ClusterExternalSecrets);
        var here = new KubeQuery { Namespace = options.Namespace };
        ExternalSecrets = new Informer<ExternalSecret>(api, ResourceTypes.ExternalSecrets, here, time, log) { Changed = ExternalSecretChanged };
        SecretStores = new Informer<SecretStore>(api, ResourceTypes.SecretStores, here, time, log) { Changed = (s, gone) => StoreChanged(s, gone) };
        ClusterSecretStores = new Informer<ClusterSecretStore>(api, ResourceTypes.ClusterSecretStores, KubeQuery.All, time, log) { Changed = (s, gone) => StoreChanged(s, gone) };
        ClusterExternalSecrets = new Informer<ClusterExternalSecret>(api, ResourceTypes.ClusterExternalSecrets, KubeQuery.All, time, log) { Changed = (c, gone) => ClusterExternalSecretChanged(c, gone) };
        Namespaces = new Informer<Namespace>(api, ResourceTypes.Namespaces, KubeQuery.All, time, log) { Changed = (n, gone) => NamespaceChanged(n, gone) };
        Secrets = new Informer<ObservedSecret>(api, SecretTypes.Observed, here with { LabelSelector = Marks.ManagedSelector }, time, log) { Changed = SecretSeen };
        Cluster = new SyncCluster
        {
            FindExternalSecret = ExternalSecrets.Find,
            FindStore = (store, ns) => store.Kind == StoreKind.ClusterSecretStore
                ? ClusterSecretStores.Find(new ObjectKey("", store.Name))
                : SecretStores.Find(new ObjectKey(ns, store.Name)),
            FindNamespace = ns => Namespaces.Find(new ObjectKey("", ns)),
            FindSecret = Secrets.Find,
            CreatedBy = mark => [.. byCreator.Of(mark).Select(Secrets.Find).OfType<ObservedSecret>()],
            Companions = (target, name) => new HashSet<string>(Of(target).Where(n => n != name), StringComparer.Ordinal),
        };
    }

    public Informer<ExternalSecret> ExternalSecrets { get; }

    public Informer<SecretStore> SecretStores { get; }

    public Informer<ClusterSecretStore> ClusterSecretStores { get; }

    public Informer<ClusterExternalSecret> ClusterExternalSecrets { get; }

    public Informer<Namespace> Namespaces { get; }

    public Informer<ObservedSecret> Secrets { get; }

    public SyncCluster Cluster { get; }

    /// <summary>The ExternalSecrets of each store.</summary>
    public StoreUsers Users { get; } = new();

    /// <summary>Told of each change: the object, and whether it is gone.</summary>
    public Action<ExternalSecret, bool> Changed { get; set; } = static (_, _) => { };

    public Action<StoreObject, bool> StoreChanged { get; set; } = static (_, _) => { };

    public Action<ClusterExternalSecret, bool> ClusterExternalSecretChanged { get; set; } = static (_, _) => { };

    public Action<Namespace, bool> NamespaceChanged { get; set; } = static (_, _) => { };

    public Action<ObservedSecret, bool> SecretChanged { get; set; } = static (_, _) => { };

    /// <summary>Why what is known may be old; null while all watches run.</summary>
    public string? Trouble => ExternalSecrets.Trouble ?? SecretStores.Trouble ?? Secrets.Trouble
        ?? (clusterStores ? ClusterSecretStores.Trouble ?? Namespaces.Trouble : null) ?? (clusterExternalSecrets ? ClusterExternalSecrets.Trouble : null);

    /// <summary>The ExternalSecrets with this target, by name.</summary>
    public IEnumerable<string> Of(ObjectKey target) => byTarget.Of(target);

    /// <summary>Runs all watches until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(
        ExternalSecrets.RunAsync(cancellationToken),
        SecretStores.RunAsync(cancellationToken),
        Secrets.RunAsync(cancellationToken),
        clusterStores ? ClusterSecretStores.RunAsync(cancellationToken) : Task.CompletedTask,
        clusterExternalSecrets ? ClusterExternalSecrets.RunAsync(cancellationToken) : Task.CompletedTask,
        clusterStores || clusterExternalSecrets ? Namespaces.RunAsync(cancellationToken) : Task.CompletedTask);

    /// <summary>Completes when every first list has arrived: no decision is made from half of the cluster.</summary>
    public Task SyncedAsync(CancellationToken cancellationToken) => Task.WhenAll(
        ExternalSecrets.Synced,
        SecretStores.Synced,
        Secrets.Synced,
        clusterStores ? ClusterSecretStores.Synced : Task.CompletedTask,
        clusterExternalSecrets ? ClusterExternalSecrets.Synced : Task.CompletedTask,
        clusterStores || clusterExternalSecrets ? Namespaces.Synced : Task.CompletedTask).WaitAsync(cancellationToken);

    private void ExternalSecretChanged(ExternalSecret one, bool gone)
    {
        if (one.Unreadable is not null && !gone && targets.ContainsKey(one.Key))
        {
            // What it shares with others must not be taken from it because of a field that cannot be read: it stays where it was seen.
            Changed(one, false);
            return;
        }

        Users.Seen(one, gone);
        ObjectKey? target = gone || one.Spec.Target?.CreationPolicy == nameof(CreationPolicy.None) || one.Spec.Target?.Manifest is not null
            ? null
            : new ObjectKey(one.Metadata.Namespace, one.Spec.Target?.Name is { Length: > 0 } name ? name : one.Metadata.Name);
        if (targets.TryGetValue(one.Key, out ObjectKey old) && old != target)
        {
            byTarget.Remove(old, one.Metadata.Name);
        }

        if (target is { } now)
        {
            targets[one.Key] = now;
            byTarget.Add(now, one.Metadata.Name);
        }
        else
        {
            targets.TryRemove(one.Key, out _);
        }

        Changed(one, gone);
    }

    private void SecretSeen(ObservedSecret secret, bool gone)
    {
        if (secret.Metadata.Label(Marks.CreatedBy) is { Length: > 0 } mark)
        {
            if (gone)
            {
                byCreator.Remove(mark, secret.Key);
            }
            else
            {
                byCreator.Add(mark, secret.Key);
            }
        }

        SecretChanged(secret, gone);
    }
}
