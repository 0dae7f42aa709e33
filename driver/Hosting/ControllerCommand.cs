using System.Runtime.InteropServices;
using System.Security.Cryptography;
using CsiSecrets.AwsApi;
using CsiSecrets.Kube;
using CsiSecrets.Kube.Connection;
using CsiSecrets.Model;
using CsiSecrets.Posix;
using CsiSecrets.Providers;
using CsiSecrets.Providers.Aws;
using CsiSecrets.Telemetry;

namespace CsiSecrets.Hosting;

/// <summary><c>csi-secrets controller</c>: reads the flags, connects and works until it is told to stop.</summary>
internal static class ControllerCommand
{
    private const int HashKeyBytes = 32;
    private const double MemoryGrowth = 0.1;

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        if (FlagReader.AsksForHelp(arguments))
        {
            Console.Out.WriteLine("csi-secrets controller [flags]\n" + ControllerFlags.For(new ControllerOptions()).Help());
            return 0;
        }

        (ControllerOptions options, IReadOnlyList<string> errors) = ControllerOptions.Read(arguments);
        if (errors.Count > 0)
        {
            return Usage.Refuse("controller", errors);
        }

        try
        {
            Privileges.ForbidDumps();
            return await ServeAsync(options);
        }
        catch (Exception e) when (Usage.IsOfTheMachine(e))
        {
            return Usage.Fail("controller", e, "check --live-addr and --metrics-addr");
        }
    }

    private static async Task<int> ServeAsync(ControllerOptions options)
    {
        using ILoggerFactory logs = LoggerFactory.Create(builder => Logs.Configure(builder, options.LogLevel, options.JsonLog));
        ILogger log = logs.CreateLogger("CsiSecrets.Controller");
        options.Notices.ForEach(log.Notice);
        TimeProvider time = TimeProvider.System;
        var meters = new Meters();
        using var http = new KubeHttp(Connect(options, time), time, logs.CreateLogger<KubeHttp>());
        var api = new KubeClient(http, time);
        using var remotes = new RemoteClusters(time, logs);
        ClusterAccess access = ControllerAccess.Of(api, remotes, time, Environment.GetEnvironmentVariable(ControllerAccess.NodeVariable) ?? "");
        using var aws = new AwsClients(AwsEnvironment.Read(Environment.GetEnvironmentVariable), Environment.GetEnvironmentVariable, time);

        // Nothing of what static keys fetched outlives the process here: a key of its own is enough.
        var awsOptions = new AwsProviderOptions { HashKey = RandomNumberGenerator.GetBytes(HashKeyBytes) };
        using var stores = new StoreProviders(aws, access, awsOptions, time);
        await using var host = new ControllerHost(options, new ControllerParts
        {
            Api = api,
            Access = access,
            Stores = stores.All,
            Providers = [new AwsProvider(aws, access, awsOptions)],
            Meters = meters,
            Time = time,
            Logs = logs,
        });
        aws.Attempted = host.Attempted;
        host.Govern(http);
        using var stop = new CancellationTokenSource();
        using PosixSignalRegistration term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Stop(signal, stop));
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Stop(signal, stop));
        log.Controls(NodeHost.Version, options.Sync.ControllerClass, options.Sync.Namespace.Length > 0 ? options.Sync.Namespace : "all namespaces");
        using var memory = new MemoryTrim(time) { Look = TimeSpan.FromSeconds(1), Growth = MemoryGrowth };
        await memory.StartAsync(stop.Token);
        await host.RunAsync(stop.Token);
        await memory.StopAsync(CancellationToken.None);
        return 0;
    }

    private static void Stop(PosixSignalContext signal, CancellationTokenSource stop)
    {
        signal.Cancel = true;
        stop.Cancel();
    }

    private static KubeConnection Connect(ControllerOptions options, TimeProvider time) => options.Kubeconfig.Length > 0
        ? KubeConfigFile.Read(options.Kubeconfig, time).Connect("")
        : KubeConnection.InCluster(Environment.GetEnvironmentVariable, KubeConnection.ServiceAccountFolder, time)
            ?? throw new SecretsException(
                FailureReason.KubernetesUnavailable, "API server", "this is no pod", "run it as the Deployment of controller/, or name a --kubeconfig");
}
