using System.Collections.Concurrent;
using CsiSecrets.Kube;
using CsiSecrets.Kube.Secrets;
using CsiSecrets.Mirroring;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Sync.SecretObjects;

/// <summary>
/// What the mirrors of SecretProviderClasses are decided from: classes, pod statuses, and in the namespaces that opted in the mirrored
/// Secrets, without their values.
/// </summary>
internal sealed class SecretObjectWatches
{
    /// <summary>Label of a namespace whose classes may be mirrored into Secrets.</summary>
    public const string EnabledLabel = "secrets-store.csi.k8s.io/secret-objects";

    public const string Enabled = "enabled";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly IKubeApi api;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly ConcurrentDictionary<ObjectKey, ConcurrentDictionary<ObjectKey, byte>> byClass = new();
    private readonly ConcurrentDictionary<string, Opened> opened = new(StringComparer.Ordinal);
    private CancellationToken term;

    public SecretObjectWatches(IKubeApi api, SyncOptions options, TimeProvider time, ILogger log)
    {
        (this.api, this.time, this.log) = (api, time, log);
        var here = new KubeQuery { Namespace = options.Namespace };
        Classes = new Informer<SecretProviderClass>(api, ResourceTypes.SecretProviderClasses, here, time, log) { Changed = (c, gone) => ClassChanged(c, gone) };
        Statuses = new Informer<SecretProviderClassPodStatus>(api, ResourceTypes.PodStatuses, here, time, log) { Changed = StatusSeen };
        Namespaces = new Informer<Namespace>(
            api, ResourceTypes.Namespaces, new KubeQuery { LabelSelector = $"{EnabledLabel}={Enabled}" }, time, log)
        { Changed = NamespaceSeen };
    }

    public Informer<SecretProviderClass> Classes { get; }

    public Informer<SecretProviderClassPodStatus> Statuses { get; }

    public Informer<Namespace> Namespaces { get; }

    public Action<SecretProviderClass, bool> ClassChanged { get; set; } = static (_, _) => { };

    public Action<SecretProviderClassPodStatus, bool> StatusChanged { get; set; } = static (_, _) => { };

    public Action<string> NamespaceChanged { get; set; } = static _ => { };

    public Action<ObservedSecret, bool> SecretChanged { get; set; } = static (_, _) => { };

    /// <summary>Why what is known may be old; null while all watches run.</summary>
    public string? Trouble => Classes.Trouble ?? Statuses.Trouble ?? Namespaces.Trouble;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        term = cancellationToken;
        try
        {
            await Task.WhenAll(Classes.RunAsync(cancellationToken), Statuses.RunAsync(cancellationToken), Namespaces.RunAsync(cancellationToken));
        }
        finally
        {
            await Task.WhenAll(opened.Values.Select(static o => o.Running));
        }
    }

    public Task SyncedAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(Classes.Synced, Statuses.Synced, Namespaces.Synced).WaitAsync(cancellationToken);

    /// <summary>The statuses that say that the class is mounted.</summary>
    public IEnumerable<SecretProviderClassPodStatus> StatusesOf(ObjectKey ofClass) =>
        byClass.TryGetValue(ofClass, out ConcurrentDictionary<ObjectKey, byte>? keys) ? keys.Keys.Select(Statuses.Find).OfType<SecretProviderClassPodStatus>() : [];

    public IEnumerable<SecretProviderClass> ClassesOf(string ns, string secretName) =>
        Classes.All.Where(c => c.Metadata.Namespace == ns && c.Spec.SecretObjects.Any(o => o.SecretName.Trim() == secretName));

    public bool IsEnabled(string ns) => opened.ContainsKey(ns);

    public ObservedSecret? FindSecret(ObjectKey key) => opened.GetValueOrDefault(key.Namespace)?.Secrets.Find(key);

    /// <summary>Returns once the namespace's Secrets are known. Throws KubernetesDenied while they may not be read.</summary>
    public async Task SecretsKnownAsync(string ns, CancellationToken cancellationToken)
    {
        if (opened.GetValueOrDefault(ns)?.Secrets is not { } secrets || secrets.Synced.IsCompletedSuccessfully)
        {
            return;
        }

        await Task.WhenAny(secrets.Synced, Task.Delay(Patience, time, cancellationToken));
        if (!secrets.Synced.IsCompletedSuccessfully)
        {
            throw new SecretsException(
                FailureReason.KubernetesDenied,
                $"Secrets of namespace {ns}",
                secrets.Trouble ?? "not read yet",
                "apply the Role and RoleBinding of controller/components/secret-objects/namespace there");
        }
    }

    private void NamespaceSeen(Namespace ns, bool gone)
    {
        string name = ns.Metadata.Name;
        if (gone)
        {
            if (opened.TryRemove(name, out Opened? old))
            {
                old.Stop.Cancel();
                old.Stop.Dispose();
            }
        }
        else if (!opened.ContainsKey(name))
        {
            var stop = CancellationTokenSource.CreateLinkedTokenSource(term);
            var secrets = new Informer<ObservedSecret>(
                api,
                SecretTypes.Observed,
                new KubeQuery { Namespace = name, LabelSelector = $"{MirrorStyle.SecretObjects.Managed}=true" },
                time,
                log)
            { Changed = (s, isGone) => SecretChanged(s, isGone) };
            opened[name] = new Opened(secrets, stop, WatchAsync(secrets, stop.Token));
        }

        NamespaceChanged(name);
    }

    private static async Task WatchAsync(Informer<ObservedSecret> secrets, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Yield();
            await secrets.RunAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The namespace opted out, or the term ends.
        }
    }

    private void StatusSeen(SecretProviderClassPodStatus status, bool gone)
    {
        var ofClass = new ObjectKey(status.Metadata.Namespace, status.Status.SecretProviderClassName);
        if (!gone && status.Status.Mounted)
        {
            byClass.GetOrAdd(ofClass, static _ => new ConcurrentDictionary<ObjectKey, byte>())[status.Key] = 0;
        }
        else if (byClass.TryGetValue(ofClass, out ConcurrentDictionary<ObjectKey, byte>? keys))
        {
            keys.TryRemove(status.Key, out _);
            if (keys.IsEmpty)
            {
                byClass.TryRemove(ofClass, out _); // this watch alone adds to it
            }
        }

        StatusChanged(status, gone);
    }

    private sealed record Opened(Informer<ObservedSecret> Secrets, CancellationTokenSource Stop, Task Running);
}
