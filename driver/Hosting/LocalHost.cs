using CsiSecrets.Kube;
using CsiSecrets.Kube.Folder;
using CsiSecrets.Local;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Posix;
using CsiSecrets.Providers.Local;
using CsiSecrets.Telemetry;

namespace CsiSecrets.Hosting;

/// <summary><c>csi-secrets local</c>: the node's whole driver, with a folder for its cluster and a loop for its kubelet.</summary>
internal sealed class LocalHost : IAsyncDisposable
{
    private static readonly FolderKind[] Kinds =
    [
        FolderKind.Of(ResourceTypes.SecretProviderClasses), FolderKind.Of(ResourceTypes.Pods),
        FolderKind.Of(ResourceTypes.ServiceAccounts), FolderKind.Of(ResourceTypes.Secrets), FolderKind.Of(ResourceTypes.ConfigMaps),
        FolderKind.Of(ResourceTypes.Namespaces), FolderKind.Of(ResourceTypes.ExternalSecrets),
        FolderKind.Of(ResourceTypes.SecretStores), FolderKind.Of(ResourceTypes.ClusterSecretStores),
    ];

    private readonly FolderState state;
    private readonly FolderLoop loop;
    private readonly ApiCluster cluster;
    private readonly NodeProviders providers;
    private readonly ILoggerFactory logs;
    private readonly WebApplication app;
    private readonly CsiSocket socket;
    private readonly LocalKubelet kubelet;

    public LocalHost(LocalOptions options, LocalWorkspace workspace, IMounts mounts, LocalConsole console, TimeProvider time)
    {
        NodeOptions node = NodeOptionsOf(options, workspace);
        logs = LoggerFactory.Create(builder => Logs.Configure(builder, node.LogLevel, node.JsonLog));
        var meters = new Meters();
        state = new FolderState(time);
        var manifests = new ManifestFiles(options.Folder, options.Store, new ManifestText(Kinds), state);
        loop = new FolderLoop(manifests, options.Store, console, time);
        var api = new FolderKube(state);
        cluster = new ApiCluster(api, node, time, meters, logs);
        var reports = new LocalReports(cluster.Cluster, console);
        providers = new NodeProviders(node, cluster.Cluster.Access, meters, time);
        app = NodeHost.Build(node, new NodeParts
        {
            Mounts = mounts,
            Time = time,
            Meters = meters,
            Cluster = reports.Cluster,
            Providers = providers.All,
            Stores = providers.Stores,
            Denials = providers.Denials,
            BootId = "local",
        });
        socket = new CsiSocket(workspace.Socket, time);
        kubelet = new LocalKubelet(api, socket, new KubeletPlace(options.DriverName, workspace.Root, PlaceOf), console, time);
        loop.Edited = () =>
        {
            SayWhoseCredentials(console);
            kubelet.Nudge();
        };
        loop.StoreWritten = () =>
        {
            reports.Rotation?.Force(v => v.Provider == LocalProvider.ProviderName);
            kubelet.Nudge();
        };
    }

    /// <summary>Serves until cancelled, then takes every volume away.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        loop.Look(first: true);
        await app.StartAsync(cancellationToken);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, app.Lifetime.ApplicationStopping);
        await Task.WhenAll(loop.RunAsync(stopping.Token), kubelet.RunAsync(stopping.Token));
        await app.StopAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        kubelet.Dispose();
        socket.Dispose();
        await app.DisposeAsync();
        providers.Dispose();
        cluster.Dispose();
        logs.Dispose();
        state.Dispose();
    }

    private void SayWhoseCredentials(LocalConsole console)
    {
        foreach (FolderObject one in state.List(ResourceTypes.SecretsStoreGroup, ResourceTypes.SecretProviderClasses.Kind).Objects)
        {
            using (one)
            {
                if (one.Read(ResourceTypes.SecretProviderClasses).Spec.Provider == "aws")
                {
                    console.Problem("aws", "classes of provider aws read with the AWS credentials of this environment, whatever the pod; on a node a pod has its own");
                }
            }
        }
    }

    private string PlaceOf(string kind, ObjectKey key)
    {
        string group = kind == ResourceTypes.SecretProviderClasses.Kind ? ResourceTypes.SecretsStoreGroup : "";
        return state.PlaceOf(new ObjectId(group, kind, key))?.ToString() ?? "in no file";
    }

    private static NodeOptions NodeOptionsOf(LocalOptions options, LocalWorkspace workspace)
    {
        var node = new NodeOptions
        {
            Endpoint = "unix://" + workspace.Socket,
            DriverName = options.DriverName,
            HealthAddress = "",
            MetricsAddress = "",
            LocalProviderFile = options.Store,
            OwnAwsCredentials = true,
            Verbosity = options.Verbosity,
        };
        node.Volumes.NodeName = "local";
        node.Volumes.StateDirectory = workspace.StateDirectory;
        node.Volumes.RotationInterval = options.RotationInterval;

        // Whoever corrects a file wants to see it work, not a failure that is remembered.
        node.Fetch.FailureAge = TimeSpan.Zero;
        node.Fetch.FailureMaxAge = TimeSpan.Zero;
        return node;
    }
}
