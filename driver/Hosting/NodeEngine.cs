using CsiSecrets.InPlace;
using CsiSecrets.Model;
using CsiSecrets.Model.PeerWords;
using CsiSecrets.Posix;
using CsiSecrets.Providers;
using CsiSecrets.Providers.Stores;
using CsiSecrets.Publishing;
using CsiSecrets.Resolution;
using CsiSecrets.Resolution.Classes;
using CsiSecrets.Resolution.ExternalSecrets;
using CsiSecrets.Resolution.FileTemplates;
using CsiSecrets.Telemetry;
using CsiSecrets.Templates;
using CsiSecrets.Volumes;

namespace CsiSecrets.Hosting;

/// <summary>The node's rooms put together, without its sockets.</summary>
internal sealed class NodeEngine : IDisposable
{
    private readonly NodeOptions options;
    private readonly NodeParts parts;
    private readonly SharedFetch fetch;
    private readonly RotationMemory memory;
    private readonly SharedFinds finds;
    private readonly VolumeDisk disk;
    private readonly ClassContent classes;
    private readonly ILogger log;

    public NodeEngine(NodeOptions options, NodeParts parts, ILogger<NodeEngine>? logger = null)
    {
        log = logger ?? (ILogger)Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;
        this.options = options;
        this.parts = parts;
        fetch = new SharedFetch(options.Fetch, parts.Time) { Answered = parts.Meters.Fetched };
        finds = new SharedFinds(fetch, parts.Time);
        var listings = new SharedListings(parts.Time);
        Store = new VolumeStore(new StateFiles(Path.Combine(options.Volumes.StateDirectory, "volumes")), parts.BootId);
        var runtime = new VolumeRuntime
        {
            Options = options.Volumes,
            Time = parts.Time,
            Locks = new VolumeLocks(),
            Schedule = Schedule = new VolumeSchedule(fetch, listings, options.Volumes, parts.Time),
            Passed = parts.Passed,
        };
        var files = new StateFiles(options.Volumes.StateDirectory);
        files.Open();
        memory = new RotationMemory(files, fetch, listings, parts.Denials, options.Fetch) { Finds = finds };
        disk = new VolumeDisk(parts.Mounts, new AtomicDirectory(parts.Mounts, parts.Time), Budget = new MemoryBudget(options.Volumes), options.Volumes)
        {
            Swapping = parts.Swapping,
            Replacing = request => Notices?.Swapping(request.VolumeId, request.Pod),
            Replaced = (request, differed) => Notices?.Swapped(request.VolumeId, request.Pod, differed),
        };
        Notices = InPlaceHost.Build(options, parts, log);
        VolumeReports reports = Reports(new NodeMeters(parts.Meters));
        var environment = new TemplateEnvironment { Clock = parts.Time };
        var renderer = new FileTemplateRenderer(TemplateOptions.Secrets, environment);
        classes = new ClassContent(
            parts.Cluster.FindClass,
            new ClassReader(new ProviderCatalog(parts.Providers), renderer),
            new ClassFiles(new ClassResolver(fetch, listings), renderer),
            options.Volumes);
        var content = new VolumeContents(classes, ExternalSecrets(environment));
        Publish = new PublishVolume(Store, content, disk, runtime, reports);
        Unpublish = new UnpublishVolume(Store, disk, runtime, reports);
        Stats = new VolumeStats(Store, parts.Mounts);
        Rotation = new RotationService(Store, Publish, runtime, memory, e => log.RefreshSkipped(e.Message));
    }

    public VolumeStore Store { get; }

    public VolumeSchedule Schedule { get; }

    public PublishVolume Publish { get; }

    public UnpublishVolume Unpublish { get; }

    public VolumeStats Stats { get; }

    public RotationService Rotation { get; }

    public MemoryBudget Budget { get; }

    public SharedFetch Fetch => fetch;

    /// <summary>In-place reload; null where it is off.</summary>
    public ReloadNotices? Notices { get; }

    /// <summary>Why the state on disk is old; null while it is not.</summary>
    public string? StateTrouble => memory.Trouble;

    /// <summary>Takes up what a former process left, before any call is served.</summary>
    public void Recover()
    {
        Store.Recover(StillMounted);
        memory.Recover(Store);
        foreach (Volume volume in Store.All)
        {
            parts.Cluster.WriteStatus(volume.State);
        }

        if (Notices is { } notices)
        {
            notices.Recover(id => Store.Find(id) is not null);
            parts.Cluster.Tell(notices);
        }

        fetch.Probed = memory.Save;
        fetch.Changed = _ => Rotation.Wake();
        parts.Cluster.Connect(Store, Rotation);
        AddGauges();
    }

    /// <summary>A target that cannot be looked at is one volume's trouble: the next call for it says so.</summary>
    private bool StillMounted(VolumeState state)
    {
        try
        {
            if (parts.Mounts.Find(state.TargetPath) != MountState.Mounted)
            {
                return false;
            }

            disk.Recount(state);
            return true;
        }
        catch (SecretsException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        Notices?.Dispose();
        Rotation.Dispose();
        fetch.Dispose();
        classes.Dispose();
        Store.Dispose();
    }

    private ExternalSecretContent ExternalSecrets(TemplateEnvironment environment) => new(
        parts.Cluster.ExternalSecrets,
        new PodStores(parts.Cluster.ExternalSecrets, new StoreCatalog(parts.Stores)),
        new ExternalSecretResolver(fetch, finds, environment),
        new TargetRenderer(TemplateOptions.Secrets, environment),
        new ExternalSecretSettings
        {
            Volumes = options.Volumes,
            Time = parts.Time,
            References = new TemplateReferences(parts.Cluster.Access).ReadAsync,
        });

    private VolumeReports Reports(NodeMeters meters) => new()
    {
        StatusChanged = state =>
        {
            Notices?.Published(state.Pod);
            parts.Cluster.WriteStatus(state);
        },
        Mirrored = parts.Cluster.Mirrored,
        Unpublished = state =>
        {
            Notices?.Unpublished(state.VolumeId, state.Pod.PodUid);
            parts.Cluster.Unpublished(state);
        },
        PublishEnded = meters.PublishEnded,
        UnpublishEnded = meters.UnpublishEnded,
        RefreshEnded = meters.RefreshEnded,
        Recovered = parts.Cluster.Recovered,
        RotationCompleted = state => parts.Cluster.PodEvent(
            state, CsiDriverWords.RotationCompleted, $"successfully rotated mounted contents for spc {state.ClassRef}", false),
        RefreshFailed = RefreshFailed,
    };

    /// <summary>Nobody throws what a live volume's refresh fails with, so it is said here: in the log when it is new, and to the pod.</summary>
    private void RefreshFailed(VolumeState? state, SecretsException why)
    {
        if (state?.Failure is not { Count: > 1 })
        {
            log.RefreshFailed(state?.VolumeId ?? "(unknown)", state?.ClassRef ?? "(unknown)", why.Reason, why.Logged, DefectOf(why));
        }

        if (state is not null)
        {
            string sentence = CsiDriverWords.Sentence(why.Reason, state.Pod.PodRef, state.ClassRef);
            parts.Cluster.PodEvent(state, CsiDriverWords.RotationFailed, sentence + why.Message, true);
        }
    }

    /// <summary>Where a defect of ours is; its message is left out, as it could hold anything.</summary>
    private static string DefectOf(SecretsException why) => why.Reason == FailureReason.Internal ? why.InnerException?.StackTrace ?? "" : "";

    private void AddGauges()
    {
        parts.Meters.Watch("csi_secrets_volumes", "Volumes published on this node.", [], () => [([], Store.Count)]);
        parts.Meters.Watch(
            "csi_secrets_volume_last_success_age_seconds",
            "Time since a volume's last successful publish or refresh.",
            ["namespace", "pod", "secretproviderclass"],
            // Two volumes of one pod may have one class: one series, the worse of them.
            () => Store.All.Select(v => v.State).GroupBy(s => (s.Pod.Namespace, s.Pod.PodName, s.StatusName), static s => s.SucceededAt).Select(g =>
                ((string[])[g.Key.Namespace, g.Key.PodName, g.Key.StatusName], (parts.Time.GetUtcNow() - g.Min()).TotalSeconds)));
        parts.Meters.Watch(
            "csi_secrets_volumes_failing", "Volumes whose last refresh failed.", [], () => [([], Store.All.Count(v => v.State.Failure is not null))]);
    }
}
