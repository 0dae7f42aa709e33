using CsiSecrets.Kube;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Reload.Sources;
using CsiSecrets.Reload.Workloads;

namespace CsiSecrets.Reload;

/// <summary>Every watch of the room: the workloads, and what they may follow.</summary>
internal sealed class ReloadWatches
{
    private const string Managed = "reconcile.external-secrets.io/managed=true";
    private const string Mirrored = "secrets-store.csi.k8s.io/managed=true";

    private readonly List<(WorkloadKind Kind, KindWatch<Workload> Watch)> workloads;
    private readonly List<KindWatch<SecretSource>> secrets;
    private readonly List<KindWatch<ConfigMapSource>> configMaps;
    private readonly List<KindWatch<SecretProviderClassPodStatus>> statuses;
    private readonly List<KindWatch<MarkedSource>> marks;
    private readonly KindWatch<Namespace>? namespaces;
    private readonly ReloadOptions options;

    public ReloadWatches(IKubeApi api, ReloadOptions options, SourceBook book, TimeProvider time, ILogger log)
    {
        this.options = options;
        KubeQuery[] scopes = options.Namespaces.Count == 0 ? [KubeQuery.All] : [.. options.Namespaces.Select(static n => new KubeQuery { Namespace = n })];
        string[] labels = options.IgnoreSecrets ? [] : options.AllSources ? [""] : [Managed, Mirrored];
        secrets = [.. scopes.SelectMany(_ => labels, Selected).Select(q => new KindWatch<SecretSource>(api, [ReloadTypes.Secrets], q, time, log))];
        foreach (KindWatch<SecretSource> watch in secrets)
        {
            // A Secret that only loses one of two labels is still followed.
            watch.Changed = (one, gone) =>
            {
                if (!gone || secrets.All(w => w.Find(one.Key) is null))
                {
                    book.Data(SourceKind.Secret, one, gone);
                }
            };
        }

        configMaps = [.. (options.AllSources && !options.IgnoreConfigMaps ? scopes : []).Select(s =>
            new KindWatch<ConfigMapSource>(api, [ReloadTypes.ConfigMaps], Selected(s, ""), time, log)
            {
                Changed = (one, gone) => book.Data(SourceKind.ConfigMap, one, gone),
            })];
        statuses = [.. scopes.Select(s => new KindWatch<SecretProviderClassPodStatus>(api, [ResourceTypes.PodStatuses], s, time, log) { Changed = book.Status })];
        (ResourceType<MarkedSource> Type, string Prefix)[] mounted = [(ReloadTypes.Classes, ""), (ReloadTypes.ExternalSecrets, WorkloadReader.ExternalSecretPrefix)];
        marks = [.. scopes.SelectMany(_ => mounted, (s, m) =>
            new KindWatch<MarkedSource>(api, [m.Type], s, time, log) { Changed = (one, gone) => book.Mark(one, m.Prefix, gone) })];
        workloads = [.. scopes.SelectMany(static _ => Enum.GetValues<WorkloadKind>(), (s, k) =>
            (k, new KindWatch<Workload>(api, ReloadTypes.Of(k), s, time, log) { Changed = (one, gone) => WorkloadChanged(k, one, gone) }))];
        namespaces = options.NamespaceSelector.Length == 0 || options.Namespaces.Count > 0 ? null
            : new KindWatch<Namespace>(api, [ResourceTypes.Namespaces], new KubeQuery { LabelSelector = options.NamespaceSelector }, time, log)
            {
                Changed = (one, _) => NamespaceChanged(one.Metadata.Name),
            };
    }

    public Action<WorkloadKind, Workload, bool> WorkloadChanged { get; set; } = static (_, _, _) => { };

    /// <summary>Told when a namespace came to be selected, or is so no more.</summary>
    public Action<string> NamespaceChanged { get; set; } = static _ => { };

    /// <summary>Why what is known may be old; null while all watches run.</summary>
    public string? Trouble => Troubles.FirstOrDefault(static t => t is not null);

    /// <summary>How the server names the kind; null where it has none.</summary>
    public ResourceType<Workload>? TypeOf(WorkloadKind kind) => workloads.Where(w => w.Kind == kind).Select(static w => w.Watch.Type).FirstOrDefault(static t => t is not null);

    public bool IsSelected(string ns) =>
        !options.IgnoredNamespaces.Contains(ns) && (namespaces is null || namespaces.Find(new ObjectKey("", ns)) is not null);

    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(
    [
        .. workloads.Select(w => w.Watch.RunAsync(cancellationToken)), .. secrets.Select(w => w.RunAsync(cancellationToken)),
        .. configMaps.Select(w => w.RunAsync(cancellationToken)), .. statuses.Select(w => w.RunAsync(cancellationToken)),
        .. marks.Select(w => w.RunAsync(cancellationToken)),
        namespaces?.RunAsync(cancellationToken) ?? Task.CompletedTask,
    ]);

    /// <summary>Completes when all is known: nothing is decided from half of the cluster.</summary>
    public Task SettledAsync(CancellationToken cancellationToken) => Task.WhenAll(
    [
        .. workloads.Select(static w => w.Watch.Settled), .. secrets.Select(static w => w.Settled),
        .. configMaps.Select(static w => w.Settled), .. statuses.Select(static w => w.Settled),
        .. marks.Select(static w => w.Settled), namespaces?.Settled ?? Task.CompletedTask,
    ]).WaitAsync(cancellationToken);

    private IEnumerable<string?> Troubles =>
    [
        .. workloads.Select(static w => w.Watch.Trouble), .. secrets.Select(static w => w.Trouble),
        .. configMaps.Select(static w => w.Trouble), .. statuses.Select(static w => w.Trouble),
        .. marks.Select(static w => w.Trouble), namespaces?.Trouble,
    ];

    private KubeQuery Selected(KubeQuery query, string label) => query with
    {
        LabelSelector = string.Join(',', ((string[])[label, options.ResourceSelector]).Where(static s => s.Length > 0)),
    };
}
