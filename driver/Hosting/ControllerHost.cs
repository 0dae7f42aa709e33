using CsiSecrets.AwsApi;
using CsiSecrets.Kube;
using CsiSecrets.Kube.Work;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Providers;
using CsiSecrets.Providers.Stores;
using CsiSecrets.Reload;
using CsiSecrets.Reload.Alerts;
using CsiSecrets.Resolution;
using CsiSecrets.Resolution.ExternalSecrets;
using CsiSecrets.Sync;
using CsiSecrets.Sync.ExternalSecrets;
using CsiSecrets.Telemetry;
using CsiSecrets.Templates;

namespace CsiSecrets.Hosting;

/// <summary><c>csi-secrets controller</c>: the sync path, leader election, health and metrics, in one process.</summary>
internal sealed class ControllerHost : IAsyncDisposable
{
    private static readonly TimeSpan EventPace = TimeSpan.FromMilliseconds(20);

    private readonly ControllerOptions options;
    private readonly ControllerParts parts;
    private readonly SharedFetch fetch;
    private readonly SharedFinds finds;
    private readonly EventWriter events;
    private readonly SyncService sync;
    private readonly SyncMeters syncMeters;
    private readonly AlertClient alerts;
    private readonly EventWriter reloadEvents;
    private readonly ReloadService? reload;
    private readonly SecretObjectHost? mirrors;
    private readonly WebApplication app;
    private readonly LeaderElection? election;
    private volatile Task? loop;

    public ControllerHost(ControllerOptions options, ControllerParts parts)
    {
        (this.options, this.parts) = (options, parts);
        fetch = new SharedFetch(options.Fetch, parts.Time) { Answered = parts.Meters.Fetched };
        events = new EventWriter(parts.Api, "external-secrets", Environment.MachineName, parts.Time, parts.Meters) { Pace = EventPace };
        var held = new HeldValues(options.Sync.HeldBytes);
        syncMeters = new SyncMeters(parts.Meters);
        ILogger log = parts.Logs.CreateLogger("CsiSecrets.Sync");
        var shell = new SyncShell
        {
            Events = events,
            SyncMeters = syncMeters,
            Held = held,
            Writes = new WorkTurns(options.Sync.Concurrency),
            Time = parts.Time,
            Log = log,
        };
        finds = new SharedFinds(fetch, parts.Time);
        sync = new SyncService(parts.Api, options.Sync, Tools(), shell);
        fetch.IsBusy = () => sync.IsBusy;
        mirrors = options.SecretObjects ? new SecretObjectHost(options.Sync, parts, fetch, shell) : null;
        SyncGauges.Add(parts.Meters, sync, held);
        alerts = new AlertClient(options.Reload.Alerts, parts.Time);
        reloadEvents = new EventWriter(parts.Api, "reloader", Environment.MachineName, parts.Time, parts.Meters) { Pace = EventPace };
        reload = options.Reload.Enabled ? Reloader() : null;
        election = options.LeaderElection
            ? new LeaderElection(
                parts.Api, new ObjectKey(options.LeaseNamespace, options.LeaseName), options.Identity, parts.Time, parts.Logs.CreateLogger<LeaderElection>())
            : null;
        app = Endpoints();
    }

    /// <summary>Counts the client's requests, and lets it write while this process leads.</summary>
    public void Govern(KubeHttp http)
    {
        http.Attempted = KubeMeters.Of(parts.Meters, http.Host);
        http.MayWrite = MayWrite;
    }

    /// <summary>Whoever leads writes; everybody may ask for the Lease.</summary>
    private bool MayWrite(KubeRequest request) => election is null || request.Words.Kind == ResourceTypes.Leases.Kind || election.MayWrite;

    /// <summary>Counts a call to AWS under the peer's name.</summary>
    public void Attempted(AwsAttempt attempt)
    {
        NodeProviders.Count(parts.Meters, attempt);
        string service = attempt.Service switch { "secretsmanager" => "SecretsManager", "ssm" => "ParameterStore", var other => other.ToUpperInvariant() };
        syncMeters.ProviderCall($"AWS/{service}", attempt.Operation, attempt.Code is not null);
    }

    /// <summary>Serves until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await (Listens ? app.StartAsync(cancellationToken) : Task.CompletedTask);
        await events.StartAsync(cancellationToken);
        await reloadEvents.StartAsync(cancellationToken);
        await (mirrors?.StartAsync(cancellationToken) ?? Task.CompletedTask);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, app.Lifetime.ApplicationStopping);
        loop = election?.RunAsync(LeadAsync, stop.Token) ?? LeadAsync(stop.Token);
        await Task.WhenAll(loop, SweepAsync(stop.Token));
        await events.StopAsync(CancellationToken.None);
        await reloadEvents.StopAsync(CancellationToken.None);
        await (mirrors?.StopAsync(CancellationToken.None) ?? Task.CompletedTask);
        await (Listens ? app.StopAsync(CancellationToken.None) : Task.CompletedTask);
    }

    /// <summary>Without an address the server would take its default port.</summary>
    private bool Listens => ListenAddress.Parse(options.LiveAddress) is not null || ListenAddress.Parse(options.MetricsAddress) is not null;

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        events.Dispose();
        reloadEvents.Dispose();
        alerts.Dispose();
        mirrors?.Dispose();
        fetch.Dispose();
    }

    private Task LeadAsync(CancellationToken term) => Task.WhenAll(
        sync.RunAsync(term), reload?.RunAsync(term) ?? Task.CompletedTask, mirrors?.RunAsync(term) ?? Task.CompletedTask);

    private ReloadService Reloader() => new(parts.Api, options.Reload, new ReloadShell
    {
        Events = reloadEvents,
        Meters = new ReloadMeters(parts.Meters),
        Alerts = alerts,
        Time = parts.Time,
        Log = parts.Logs.CreateLogger("CsiSecrets.Reload"),
    });

    private SyncTools Tools()
    {
        var environment = new TemplateEnvironment { Clock = parts.Time };
        var templates = TemplateOptions.Secrets with
        {
            LeftDelimiter = options.LeftDelimiter,
            RightDelimiter = options.RightDelimiter,
            Limits = TemplateLimits.Default with { AllowExpensive = true },
        };
        return new SyncTools
        {
            Catalog = new StoreCatalog(parts.Stores),
            Resolver = new ExternalSecretResolver(fetch, finds, environment),
            Renderer = new TargetRenderer(templates, environment),
            Manifests = new ManifestRenderer(templates, environment),
            References = new TemplateReferences(parts.Access),
        };
    }

    private WebApplication Endpoints()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => ListenAddress.Listen(kestrel, options.LiveAddress, options.MetricsAddress));
        builder.Services.AddRouting();
        WebApplication endpoints = builder.Build();
        var readiness = new Readiness();
        readiness.Add("watches", () => sync.Trouble);
        if (reload is not null)
        {
            readiness.Add("reloader", () => reload.Trouble);
        }

        if (mirrors is not null)
        {
            readiness.Add("mirrors", () => mirrors.Trouble);
        }

        ProcessMeters.Add(parts.Meters);
        HealthEndpoints.Map(
            endpoints, options.LiveAddress, options.MetricsAddress, () => loop is { IsCompleted: true } ? "the sync loop has ended" : null, readiness, parts.Meters);
        return endpoints;
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(options.Fetch.ValueAge, parts.Time, cancellationToken);
                fetch.Sweep();
                finds.Sweep(options.Fetch.ForgetAfter);
                mirrors?.Sweep(options.Fetch.ForgetAfter);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The process ends.
        }
    }
}

/// <summary>What differs between a controller in a cluster and a test.</summary>
internal sealed record ControllerParts
{
    public required IKubeApi Api { get; init; }

    public required ClusterAccess Access { get; init; }

    public required IReadOnlyList<IStoreProvider> Stores { get; init; }

    /// <summary>Those that classes may name.</summary>
    public IReadOnlyList<ISecretProvider> Providers { get; init; } = [];

    public required Meters Meters { get; init; }

    public required TimeProvider Time { get; init; }

    public required ILoggerFactory Logs { get; init; }
}
