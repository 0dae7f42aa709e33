using CsiSecrets.Kube;
using CsiSecrets.Kube.Connection;
using CsiSecrets.Model;
using CsiSecrets.Posix;
using CsiSecrets.Telemetry;

namespace CsiSecrets.Hosting;

/// <summary><c>csi-secrets node</c>: reads the flags, gives up what it does not need, connects and serves until it is told to stop.</summary>
internal static class NodeCommand
{
    private const string BootIdFile = "/proc/sys/kernel/random/boot_id";

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        if (FlagReader.AsksForHelp(arguments))
        {
            Console.Out.WriteLine("csi-secrets node [flags]\n" + NodeFlags.For(new NodeOptions()).Help());
            return 0;
        }

        (NodeOptions options, IReadOnlyList<string> errors) = NodeOptions.Read(arguments);
        if (options.PrintsVersion)
        {
            return Usage.PrintVersion();
        }

        if (errors.Count > 0)
        {
            return Usage.Refuse("node", errors);
        }

        try
        {
            NodePrivileges.Drop(options);
            return await ServeAsync(options);
        }
        catch (Exception e) when (Usage.IsOfTheMachine(e))
        {
            return Usage.Fail("node", e, "check --endpoint, --registration-dir, --state-dir, --health-addr and --metrics-addr");
        }
    }

    private static async Task<int> ServeAsync(NodeOptions options)
    {
        using ILoggerFactory logs = LoggerFactory.Create(builder => Logs.Configure(builder, options.LogLevel, options.JsonLog));
        ILogger log = logs.CreateLogger("CsiSecrets.Node");
        foreach (string notice in options.Notices)
        {
            log.Notice(notice);
        }

        TimeProvider time = TimeProvider.System;
        var meters = new Meters();
        KubeConnection connection = Connect(options, time);
        using var http = new KubeHttp(connection, time, logs.CreateLogger<KubeHttp>());
        http.Attempted = KubeMeters.Of(meters, http.Host);
        using var cluster = new ApiCluster(new KubeClient(http, time), options, time, meters, logs);
        using var providers = new NodeProviders(options, cluster.Cluster.Access, meters, time);
        options.Volumes.NodeBytes = NodeMemory.BoundFor(options.Volumes.NodeBytes);
        await using WebApplication app = NodeHost.Build(options, new NodeParts
        {
            Mounts = LinuxMounts.Probe(options.Volumes.StateDirectory),
            Time = time,
            Meters = meters,
            Cluster = cluster.Cluster with { Services = [.. cluster.Cluster.Services, new MemoryTrim(time)] },
            Providers = providers.All,
            Stores = providers.Stores,
            Denials = providers.Denials,
            BootId = (await File.ReadAllTextAsync(BootIdFile)).Trim(),
        });
        app.Lifetime.ApplicationStarted.Register(
            () => log.Serving(NodeHost.Version, options.DriverName, options.Volumes.NodeName, options.SocketPath));
        await app.RunAsync();
        return Environment.ExitCode;
    }

    private static KubeConnection Connect(NodeOptions options, TimeProvider time) => options.Kubeconfig.Length > 0
        ? KubeConfigFile.Read(options.Kubeconfig, time).Connect("")
        : KubeConnection.InCluster(Environment.GetEnvironmentVariable, KubeConnection.ServiceAccountFolder, time)
        ?? throw new SecretsException(
            FailureReason.KubernetesUnavailable, "API server", "this is no pod", "run it as the DaemonSet of daemonset/, or name an API server with --kubeconfig");
}
