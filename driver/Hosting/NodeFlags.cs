namespace CsiSecrets.Hosting;

/// <summary>The flags of <c>csi-secrets node</c>.</summary>
internal static class NodeFlags
{
    private const long LeastSize = 64 << 10;

    public static FlagReader For(NodeOptions options)
    {
        options.Volumes.NodeName = Environment.GetEnvironmentVariable("KUBE_NODE_NAME") ?? "";
        options.Volumes.StateDirectory = "/csi/state";
        var flags = new FlagReader();
        AddPeerFlags(flags, options);
        AddOwnFlags(flags, options);
        AddIgnored(flags);
        return flags;
    }

    private static void AddPeerFlags(FlagReader flags, NodeOptions options) => flags
        .Text("endpoint", "CSI socket (unix:///csi/csi.sock)", v => options.Endpoint = v)
        .Text("drivername", "name of the CSIDriver object (secrets-store.csi.k8s.io)", v => options.DriverName = v)
        .Text("nodeid", "name of this node (environment KUBE_NODE_NAME)", v => options.Volumes.NodeName = v)
        .Switch("log-format-json", "log as JSON lines", v => options.JsonLog = v)
        .Text("metrics-addr", "Prometheus metrics (:8095), 0 for none", v => options.MetricsAddress = v)
        .Switch("enable-secret-rotation", "files follow their secrets (true)", v => options.Volumes.Rotation = v)
        .Duration("rotation-poll-interval", "refresh interval (2m)", v => options.Volumes.RotationInterval = v, least: TimeSpan.FromSeconds(1))
        .Duration("pod-identity-http-timeout", "one request to the EKS Pod Identity agent (5s)", v => options.PodIdentityTimeout = v, least: TimeSpan.FromSeconds(1))
        .Switch("version", "print the version and end", v => options.PrintsVersion = v)
        .Number("v", "log verbosity (0); from 4 on more is logged", v => options.Verbosity = Math.Max(v, 0));

    private static void AddOwnFlags(FlagReader flags, NodeOptions options) => flags
        .Text("kubelet-registration-path", "the CSI socket as a path of the host", v => options.HostSocket = v)
        .Text("registration-dir", "the kubelet's plugins_registry as mounted here", v => options.RegistrationDirectory = v)
        .Text("health-addr", "/livez, /readyz and /healthz (:9808)", v => options.HealthAddress = v)
        .Text("state-dir", "what must outlive the process (/csi/state)", v => options.Volumes.StateDirectory = v)
        .Text("kubeconfig", "API server to use when not in a cluster", v => options.Kubeconfig = v)
        .Duration("max-secret-age", "a new pod never starts with an older value (15s)", v =>
        {
            options.Volumes.FirstMountMaxAge = v;
            options.Fetch.ValueAge = v;
        })
        .Size("max-volume-size", "the most that one volume may hold (16Mi)", v => options.Volumes.VolumeBytes = v, LeastSize)
        .Size("max-node-size", "the most that all volumes may hold (the container's limit less the process's own need)", v => options.Volumes.NodeBytes = v, LeastSize)
        .Switch("allow-node-credentials", "pods of the listed namespaces may use the node's own AWS credentials (false)", v => options.AllowNodeCredentials = v)
        .Text("node-credentials-namespaces", "those namespaces, comma-separated", v => options.NodeCredentialsNamespaces = v)
        .Text("local-provider-file", "enables provider: local, on this one file of secrets", v => options.LocalProviderFile = v)
        .Duration("wait-for-mirror", "a pod's start waits so long for the Secrets that its class's secretObjects name (0s)", v => options.WaitForMirror = v)
        .Switch("enable-in-place-reload", "pods may ask for an HTTP call to themselves when their files changed (false)", v => options.InPlace.Enabled = v)
        .Switch("enable-reload-signals", "pods may ask for a signal to their processes, too: needs hostPID and CAP_KILL (false)", v => options.InPlace.Signals = v)
        .Text("startup-taint", "taint to remove from this node once the kubelet has registered the driver", v => options.StartupTaint = v)
        .Switch("keep-privileges", "do not drop capabilities at start (false)", v => options.KeepPrivileges = v);

    private static void AddIgnored(FlagReader flags)
    {
        const string Klog = "log lines go to standard error";
        foreach (string name in (ReadOnlySpan<string>)["log_dir", "log_file", "log_file_max_size", "stderrthreshold", "vmodule", "log_backtrace_at"])
        {
            flags.Ignore(name, Klog);
        }

        foreach (string name in (ReadOnlySpan<string>)["logtostderr", "alsologtostderr", "one_output", "skip_headers", "skip_log_headers", "add_dir_header"])
        {
            flags.Ignore(name, Klog, isSwitch: true);
        }

        AddIgnoredOfPeers(flags);
    }

    private static void AddIgnoredOfPeers(FlagReader flags) => flags
        .Ignore("provider-volume", "providers are built in")
        .Ignore("additional-provider-volume-paths", "providers are built in")
        .Ignore("metrics-backend", "metrics are always Prometheus text")
        .Ignore("enable-pprof", "there is no pprof", isSwitch: true)
        .Ignore("pprof-port", "there is no pprof")
        .Ignore("max-call-recv-msg-size", "providers are built in")
        .Ignore("provider-health-check", "providers are built in", isSwitch: true)
        .Ignore("provider-health-check-interval", "providers are built in")
        .Ignore("driver-writes-secrets", "the driver always writes the files", isSwitch: true)
        .Ignore("eks-addon-version", "not an EKS add-on")
        .Ignore("qps", "requests to the API server are not limited on this side")
        .Ignore("burst", "requests to the API server are not limited on this side");
}
