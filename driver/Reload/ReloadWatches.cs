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

    private readonly Dictionary<WorkloadKind, KindWatch<Workload>> workloads;
    private readonly List<KindWatch<SecretSource>> secrets;
    private readonly List<KindWatch<ConfigMapSource>> configMaps;
    private readonly KindWatch<SecretProviderClassPodStatus> statuses;
    private readonly KindWatch<Namespace>? namespaces;
    private readonly ReloadOptions options;

    public ReloadWatches(IKubeApi api, ReloadOptions options, SourceBook book, TimeProvider time, ILogger log)
    {
        this.options = options;
        var here = new KubeQuery { Namespace = options.Namespace };
        KubeQuery[] secretQueries = options.IgnoreSecrets ? []
            : options.AllSources ? [Selected(here, "")]
            : [Selected(here, Managed), Selected(here, Mirrored)];
        secrets = [.. secretQueries.Select(q => new KindWatch<SecretSource>(api, [ReloadTypes.Secrets], q, time, log))];
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

        configMaps = options.AllSources && !options.IgnoreConfigMaps
            ? [new KindWatch<ConfigMapSource>(api, [ReloadTypes.ConfigMaps], Selected(here, ""), time, log)
            {
                Changed = (one, gone) => book.Data(SourceKind.ConfigMap, one, gone),
            }]
            : [];
        statuses = new KindWatch<SecretProviderClassPodStatus>(api, [ResourceTypes.PodStatuses], here, time, log) { Changed = book.Status };
        workloads = Enum.GetValues<WorkloadKind>().ToDictionary(
            static k => k,
            k => new KindWatch<Workload>(api, ReloadTypes.Of(k), here, time, log) { Changed = (one, gone) => WorkloadChanged(k, one, gone) });
        namespaces = options.NamespaceSelector.Length == 0 ? null
            : new KindWatch<Namespace>(api, [ResourceTypes.Namespaces], new KubeQuery { LabelSelector = options.NamespaceSelector }, time, log)
            {
                Changed = (one, _) => NamespaceChanged(one.Metadata.Name),
            };
    }

    public Action<WorkloadKind, Workload, bool> WorkloadChanged { get; set; } = static (_, _, _) => { };

    /// <summary>Told when a namespace came to be selected, or is so no more.</summary>
    public Action<string> NamespaceChanged { get; set; } = static _ => { };

    /// <summary>Why what is known may be old; null while all watches run.</summary>
    public string? Trouble => All(static w => w.Trouble, static w => w.Trouble, static w => w.Trouble).FirstOrDefault(static t => t is not null)
        ?? statuses.Trouble ?? namespaces?.Trouble;

    /// <summary>How the server names the kind; null where it has none.</summary>
    public ResourceType<Workload>? TypeOf(WorkloadKind kind) => workloads[kind].Type;

    public bool IsSelected(string ns) =>
        !options.IgnoredNamespaces.Contains(ns) && (namespaces is null || namespaces.Find(new ObjectKey("", ns)) is not null);

    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(
        [.. All(w => w.RunAsync(cancellationToken), w => w.RunAsync(cancellationToken), w => w.RunAsync(cancellationToken)),
            statuses.RunAsync(cancellationToken), namespaces?.RunAsync(cancellationToken) ?? Task.CompletedTask]);

    /// <summary>Completes when all is known: nothing is decided from half of the cluster.</summary>
    public Task SettledAsync(CancellationToken cancellationToken) => Task.WhenAll(
        [.. All(static w => w.Settled, static w => w.Settled, static w => w.Settled), statuses.Settled, namespaces?.Settled ?? Task.CompletedTask])
        .WaitAsync(cancellationToken);

    private IEnumerable<TResult> All<TResult>(
        Func<KindWatch<Workload>, TResult> workload, Func<KindWatch<SecretSource>, TResult> secret, Func<KindWatch<ConfigMapSource>, TResult> configMap) =>
        [.. workloads.Values.Select(workload), .. secrets.Select(secret), .. configMaps.Select(configMap)];

    private KubeQuery Selected(KubeQuery query, string label) => query with
    {
        LabelSelector = string.Join(',', ((string[])[label, options.ResourceSelector]).Where(static s => s.Length > 0)),
    };
}
