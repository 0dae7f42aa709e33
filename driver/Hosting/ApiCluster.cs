using CsiSecrets.Csi;
using CsiSecrets.InPlace;
using CsiSecrets.Kube;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Providers;
using CsiSecrets.Telemetry;
using CsiSecrets.Volumes;

namespace CsiSecrets.Hosting;

/// <summary>Fills <see cref="NodeCluster"/> from an API server, or from whatever speaks its interface.</summary>
internal sealed class ApiCluster : IDisposable
{
    private const string RegionLabel = "topology.kubernetes.io/region";

    private readonly NodeOptions options;
    private readonly Informer<CsiDriver> drivers;
    private readonly Informer<Pod> pods;
    private readonly UsedObjects<SecretProviderClass> classes;
    private readonly ExternalSecretWatches externalSecrets;
    private readonly EventWriter events;
    private readonly PodStatusWriter statuses;
    private readonly StartupTaint taint;
    private VolumeStore? volumes;
    private RotationService? rotation;
    private ReloadNotices? notices;

    public ApiCluster(IKubeApi api, NodeOptions options, TimeProvider time, Meters meters, ILoggerFactory logs)
    {
        this.options = options;
        string node = options.Volumes.NodeName;
        ILogger log = logs.CreateLogger("CsiSecrets.Kube");
        drivers = new Informer<CsiDriver>(
            api, ResourceTypes.CsiDrivers, KubeQuery.One(new ObjectKey("", options.DriverName)), time, log);
        pods = new Informer<Pod>(api, ResourceTypes.Pods, new KubeQuery { FieldSelector = $"spec.nodeName={node}" }, time, log)
        {
            Changed = PodChanged,
            Kept = NodePods.Kept,
        };
        classes = new UsedObjects<SecretProviderClass>(
            api, ResourceTypes.SecretProviderClasses, key => IsUsed(key, VolumeSource.SecretProviderClass), time, log)
        { Changed = key => Force(key, VolumeSource.SecretProviderClass) };
        externalSecrets = new ExternalSecretWatches(
            api, key => IsUsed(key, VolumeSource.ExternalSecret), key => Force(key, VolumeSource.ExternalSecret), StoreChanged, time, log);
        events = new EventWriter(api, "csi-secrets-store", node, time, meters);
        statuses = new PodStatusWriter(api, node, time, logs.CreateLogger<PodStatusWriter>());
        taint = new StartupTaint(api, node, options.StartupTaint, time, log);
        var accounts = new FactCache<ObjectKey, ServiceAccount>((key, token) => api.GetAsync(ResourceTypes.ServiceAccounts, key, token), time);
        var nodes = new FactCache<ObjectKey, Node>((key, token) => api.GetAsync(ResourceTypes.Nodes, key, token), time);
        Cluster = new NodeCluster
        {
            FindClass = classes.FindAsync,
            ExternalSecrets = externalSecrets.Cluster,
            DriverFacts = Facts,
            Access = new ClusterAccess
            {
                FindServiceAccount = async (ns, name, age, token) => await accounts.GetAsync(new ObjectKey(ns, name), age, token) is { } found
                    ? new ServiceAccountFacts(found.Metadata.Uid, found.Metadata.Annotations ?? new Dictionary<string, string>())
                    : null,
                NodeRegion = async token =>
                    (await nodes.GetAsync(new ObjectKey("", node), TimeSpan.FromHours(1), token))?.Metadata.Label(RegionLabel),
                FindSecretKey = (ns, name, key, token) => ObjectKeys.SecretAsync(api, new ObjectKey(ns, name), key, token),
                FindConfigMapKey = (ns, name, key, token) => ObjectKeys.ConfigMapAsync(api, new ObjectKey(ns, name), key, token),
            },
            Neighbours = new PodCluster
            {
                Synced = pods.Synced.WaitAsync,
                Pods = () => pods.All,
                Find = identity => pods.Find(new ObjectKey(identity.Namespace, identity.PodName)) is { } found && found.Metadata.Uid == identity.PodUid ? found : null,
                NodeAddresses = async token => [.. (await nodes.GetAsync(new ObjectKey("", node), TimeSpan.FromHours(1), token))?.Status.Addresses.Select(a => a.Address) ?? []],
                Event = (pod, reason, message) => events.Write(pod.PodUid, About(pod), reason, message, warning: true),
            },
            WriteStatus = WriteStatus,
            Mirrored = new MirrorWait(classes, statuses, options.WaitForMirror, time).WaitAsync,
            PodEvent = WriteEvent,
            Unpublished = state => statuses.Forget(state.Pod, state.StatusName),
            Registered = taint.Remove,
            Services = [new Loop(drivers.RunAsync), new Loop(pods.RunAsync), classes, .. externalSecrets.Services, events, statuses],
            AddChecks = AddChecks,
            Connect = (store, loop) => (volumes, rotation) = (store, loop),
            Tell = told => notices = told,
        };
    }

    public NodeCluster Cluster { get; }

    public void Dispose()
    {
        classes.Dispose();
        externalSecrets.Dispose();
        events.Dispose();
        statuses.Dispose();
    }

    private DriverFacts? Facts() => drivers.Find(new ObjectKey("", options.DriverName)) is { } found
        ? new DriverFacts(
            found.Spec.PodInfoOnMount == true,
            found.Spec.TokenRequests.Select(t => t.Audience).ToHashSet(StringComparer.Ordinal),
            found.Spec.ServiceAccountTokenInSecrets == true)
        : null;

    private bool IsUsed(ObjectKey key, VolumeSource source) =>
        volumes?.All.Any(v => v.State.Source == source && v.State.Pod.Namespace == key.Namespace && v.State.ClassName == key.Name) == true;

    private void Force(ObjectKey key, VolumeSource source) =>
        rotation?.Force(v => v.Source == source && v.Pod.Namespace == key.Namespace && v.ClassName == key.Name);

    private void StoreChanged(string ns) =>
        rotation?.Force(v => v.Source == VolumeSource.ExternalSecret && (ns.Length == 0 || v.Pod.Namespace == ns));

    /// <summary>A pod whose force-sync annotation is new or another than the one last honoured wants its volumes refreshed now.</summary>
    private void PodChanged(Pod pod, bool gone)
    {
        if (!gone)
        {
            notices?.PodChanged(pod, volumes?.All.FirstOrDefault(v => v.State.Pod.PodUid == pod.Metadata.Uid)?.State.Pod);
        }

        if (gone || pod.Metadata.Annotation(NodePods.ForceAnnotation) is not { } wanted)
        {
            return;
        }

        foreach (Volume volume in volumes?.All.Where(v => v.State.Pod.PodUid == pod.Metadata.Uid && v.HonouredForce != wanted) ?? [])
        {
            volume.HonouredForce = wanted;
            rotation?.Force(v => v.VolumeId == volume.State.VolumeId);
        }
    }

    private void WriteStatus(VolumeState state) => statuses.Write(state.Pod, new PodMountStatus
    {
        PodName = state.Pod.PodName,
        SecretProviderClassName = state.StatusName,
        Mounted = true,
        TargetPath = state.TargetPath,
        Objects = VolumeVersions.Of(state),
    });

    private void WriteEvent(VolumeState state, string reason, string message, bool warning)
    {
        if (state.Failure?.Count == 1 && warning && state.Failure.Since == state.Failure.At)
        {
            events.Transition(state.VolumeId, reason);
        }

        events.Write(
            state.VolumeId,
            About(state.Pod),
            reason,
            message,
            warning);
    }

    private static ObjectReference About(PodIdentity pod) =>
        new() { ApiVersion = "v1", Kind = "Pod", Namespace = pod.Namespace, Name = pod.PodName, Uid = pod.PodUid };

    private void AddChecks(Readiness readiness)
    {
        readiness.Add("csidriver", () => drivers.Trouble ?? (Facts() is null
            ? $"CSIDriver {options.DriverName} does not exist: apply the driver's manifests"
            : Facts()!.PodInfo ? null : $"CSIDriver {options.DriverName} lacks podInfoOnMount: apply the driver's manifests"));
        readiness.Add("pods", () => pods.Trouble);
        readiness.Add("podstatuses", () => statuses.Trouble);
        readiness.Add("providers", () => volumes?.All.Count(v => Unreachable(v.State.Failure?.Reason)) is > 0 and int n
            ? $"{n} volumes cannot be refreshed because their provider does not answer, see their pods' events"
            : null);
    }

    private static bool Unreachable(FailureReason? reason) =>
        reason is FailureReason.ProviderUnavailable or FailureReason.ProviderTimeout or FailureReason.Throttled;

    private sealed class Loop(Func<CancellationToken, Task> run) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            try
            {
                await run(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                // The process ends.
            }
        }
    }
}
