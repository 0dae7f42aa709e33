namespace CsiSecrets.Hosting;

/// <summary>The flags of <c>csi-secrets controller</c>.</summary>
internal static class ControllerFlags
{
    private const int MostConcurrent = 256;

    public static FlagReader For(ControllerOptions options)
    {
        options.LeaseNamespace = Environment.GetEnvironmentVariable("POD_NAMESPACE") is { Length: > 0 } ns ? ns : options.LeaseNamespace;
        string name = Environment.GetEnvironmentVariable("POD_NAME") is { Length: > 0 } pod ? pod : Environment.MachineName;
        options.Identity = $"{name}_{Guid.NewGuid()}";
        var flags = new FlagReader();
        AddPeerFlags(flags, options);
        AddOwnFlags(flags, options);
        ReloadFlags.Add(flags, options.Reload);
        AddIgnored(flags);
        return flags;
    }

    private static void AddPeerFlags(FlagReader flags, ControllerOptions options) => flags
        .Text("controller-class", "stores with another class are left alone (default)", v => options.Sync.ControllerClass = v)
        .Text("namespace", "the one namespace to work in; all if empty", v => options.Sync.Namespace = v)
        .Duration("store-requeue-interval", "how often stores are validated (5m)", v => options.Sync.StoreInterval = v)
        .Number("concurrent", "objects written at a time, 256 at most (16)", v => options.Sync.Concurrency = v, least: 1, most: MostConcurrent)
        .Switch("enable-leader-election", "several processes may run, one of them works (false)", v => options.LeaderElection = v)
        .Text("leader-election-id", "name of the Lease (external-secrets-controller)", v => options.LeaseName = v)
        .Switch("enable-flood-gate", "ExternalSecrets wait for a store that is not Ready (true)", v => options.Sync.FloodGate = v)
        .Switch("enable-cluster-store-reconciler", "ClusterSecretStores are served (true)", v => options.Sync.ClusterStores = v)
        .Switch("enable-cluster-external-secret-reconciler", "ClusterExternalSecrets are served (true)", v => options.Sync.ClusterExternalSecrets = v)
        .Switch("unsafe-allow-generic-targets", "targets may be objects other than Secrets, where a Role allows it (false)", v => options.Sync.GenericTargets = v)
        .Text("template-left-delimiter", "start of a template's action ({{)", v => options.LeftDelimiter = v)
        .Text("template-right-delimiter", "end of a template's action (}})", v => options.RightDelimiter = v)
        .Text("live-addr", "/livez, /readyz and /healthz (:8082)", v => options.LiveAddress = v)
        .Text("metrics-addr", "Prometheus metrics (:8080), 0 for none", v => options.MetricsAddress = v)
        .Choice("loglevel", "debug, info, warn or error (info)", ["debug", "info", "warn", "error"], v => options.LogLevel = LevelOf(v));

    private static LogLevel LevelOf(string word) => word switch
    {
        "debug" => LogLevel.Debug,
        "warn" => LogLevel.Warning,
        "error" => LogLevel.Error,
        _ => LogLevel.Information,
    };

    private static void AddOwnFlags(FlagReader flags, ControllerOptions options) => flags
        .Text("kubeconfig", "API server to use when not in a cluster", v => options.Kubeconfig = v)
        .Text("field-manager", "in whose name Secrets are applied (external-secrets)", v => options.Sync.FieldManager = v)
        .Switch("repair-at-interval-zero", "edited Secrets are repaired also where refreshInterval is 0 (false)", v => options.Sync.RepairAtZero = v)
        .Switch("enable-secret-objects", "Secrets are made from SecretProviderClasses with secretObjects (false)", v => options.SecretObjects = v)
        .Duration("secret-objects-interval", "how often they follow their source (2m)", v => options.Sync.MirrorInterval = v)
        .Text("driver-name", "the CSI driver whose volumes are mirrored (secrets-store.csi.k8s.io)", v => options.Sync.DriverName = v)
        .Size("held-values-size", "rendered values held for repairs, all together (32Mi)", v => options.Sync.HeldBytes = v)
        .Switch("log-format-json", "log as JSON lines", v => options.JsonLog = v);

    private static void AddIgnored(FlagReader flags) => flags
        .Ignore("client-qps", "requests to the API server are not limited on this side")
        .Ignore("client-burst", "requests to the API server are not limited on this side")
        .Ignore("enable-secrets-caching", "Secrets are watched without their values", isSwitch: true)
        .Ignore("enable-configmaps-caching", "ConfigMaps are read when they are needed", isSwitch: true)
        .Ignore("enable-managed-secrets-caching", "Secrets are watched without their values", isSwitch: true)
        .Ignore("enable-secret-api-read-on-cache-mismatch", "a write holds for the version that it was decided on", isSwitch: true)
        .Ignore("enable-secret-store-reconciler", "stores are always validated", isSwitch: true)
        .Ignore("enable-push-secret-reconciler", "this version has no PushSecret", isSwitch: true)
        .Ignore("enable-cluster-push-secret-reconciler", "this version has no PushSecret", isSwitch: true)
        .Ignore("enable-extended-metric-labels", "metrics have the name and namespace only", isSwitch: true)
        .Ignore("enable-vault-token-cache", "this version has no Vault", isSwitch: true)
        .Ignore("vault-token-cache-size", "this version has no Vault")
        .Ignore("enable-http2", "metrics and health speak HTTP/1.1", isSwitch: true)
        .Ignore("metrics-secure", "metrics are plain HTTP", isSwitch: true)
        .Ignore("metrics-auth", "metrics are plain HTTP", isSwitch: true)
        .Ignore("zap-time-encoding", "times are ISO 8601");
}
