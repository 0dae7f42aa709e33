using CsiSecrets.Csi;
using CsiSecrets.Telemetry;

namespace CsiSecrets.Hosting;

/// <summary><c>csi-secrets node</c>: the CSI driver, its providers, kubelet registration, health and metrics, in one process.</summary>
internal static class NodeHost
{
    public static readonly string Version = typeof(NodeHost).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    public static WebApplication Build(NodeOptions options, NodeParts parts)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        var sockets = new Sockets(options);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(sockets.Listen);
        Logs.Configure(builder.Logging, options.LogLevel, options.JsonLog);
        parts.Logging(builder.Logging);
        builder.Services.AddRouting();
        builder.Services.AddSingleton(parts.Time);
        AddServices(builder.Services, options, parts, sockets);
        WebApplication app = builder.Build();
        var engine = app.Services.GetRequiredService<NodeEngine>();
        var readiness = new Readiness();
        parts.Cluster.AddChecks(readiness);
        readiness.Add("state", () => engine.StateTrouble);
        ProcessMeters.Add(parts.Meters);
        HealthEndpoints.Map(
            app, options.HealthAddress, options.MetricsAddress, app.Services.GetRequiredService<Liveness>().Trouble, readiness, parts.Meters);
        app.MapGrpcService<IdentityService>();
        app.MapGrpcService<NodeService>();
        app.MapGrpcService<RegistrationService>();
        engine.Recover();
        app.Lifetime.ApplicationStarted.Register(sockets.Protect);
        app.Lifetime.ApplicationStopping.Register(sockets.Unregister);
        return app;
    }

    private static void AddServices(IServiceCollection services, NodeOptions options, NodeParts parts, Sockets sockets)
    {
        services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = 8 << 20;
            grpc.Interceptors.Add<FailureInterceptor>();
        });
        services.AddSingleton(s => new NodeEngine(options, parts, s.GetRequiredService<ILogger<NodeEngine>>()));
        services.AddSingleton(s => new Liveness(sockets.Unix(), () => s.GetRequiredService<NodeEngine>().Rotation.ExecuteTask));
        services.AddSingleton(new CsiIdentity(options.DriverName, Version, options.Volumes.NodeName, HostSocketOf(options)));
        services.AddSingleton(s => new IdentityService(s.GetRequiredService<CsiIdentity>(), s.GetRequiredService<Liveness>().Trouble));
        services.AddSingleton(s => NewNodeService(s, parts));
        services.AddSingleton(s => new RegistrationService(
            s.GetRequiredService<CsiIdentity>(),
            refused => Answered(refused, parts, s.GetRequiredService<IHostApplicationLifetime>()),
            s.GetRequiredService<ILogger<RegistrationService>>()));
        services.AddSingleton<IHostedService>(s => s.GetRequiredService<NodeEngine>().Rotation);
        if (options.InPlace.Enabled)
        {
            services.AddSingleton<IHostedService>(s => s.GetRequiredService<NodeEngine>().Notices!);
        }

        foreach (IHostedService service in parts.Cluster.Services)
        {
            services.AddSingleton(service);
        }
    }

    private static NodeService NewNodeService(IServiceProvider services, NodeParts parts)
    {
        NodeEngine engine = services.GetRequiredService<NodeEngine>();
        return new NodeService(
            services.GetRequiredService<CsiIdentity>(),
            new PublishRequestReader(parts.Cluster.DriverFacts),
            engine.Publish,
            engine.Unpublish,
            engine.Stats);
    }

    private static string HostSocketOf(NodeOptions options) => options.HostSocket.Length > 0 ? options.HostSocket : options.SocketPath;

    /// <summary>A refused registration ends the process, as the peers' registrar does: the next try is a fresh container.</summary>
    private static void Answered(string? refused, NodeParts parts, IHostApplicationLifetime lifetime)
    {
        if (refused is null)
        {
            parts.Cluster.Registered();
            return;
        }

        Environment.ExitCode = 1;
        lifetime.StopApplication();
    }
}
