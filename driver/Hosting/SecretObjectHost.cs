using CsiSecrets.Kube;
using CsiSecrets.Providers;
using CsiSecrets.Resolution;
using CsiSecrets.Resolution.Classes;
using CsiSecrets.Resolution.FileTemplates;
using CsiSecrets.Sync;
using CsiSecrets.Sync.SecretObjects;
using CsiSecrets.Templates;

namespace CsiSecrets.Hosting;

/// <summary>The part of the controller that mirrors SecretProviderClasses into Secrets, with events in the name of the peer's own controller.</summary>
internal sealed class SecretObjectHost : IDisposable
{
    private const string Component = "csi-secrets-store-controller";
    private static readonly TimeSpan EventPace = TimeSpan.FromMilliseconds(20);

    private readonly EventWriter events;
    private readonly SecretObjectService service;
    private readonly SharedListings listings;

    /// <param name="options">Settings of the sync path.</param>
    /// <param name="parts">What differs between a cluster and a test.</param>
    /// <param name="fetch">Shared with the rest of the process.</param>
    /// <param name="shell">The rest's; its events are not these.</param>
    public SecretObjectHost(SyncOptions options, ControllerParts parts, SharedFetch fetch, SyncShell shell)
    {
        events = new EventWriter(parts.Api, Component, Environment.MachineName, parts.Time, parts.Meters) { Pace = EventPace };
        var renderer = new FileTemplateRenderer(TemplateOptions.Secrets, new TemplateEnvironment { Clock = parts.Time });
        listings = new SharedListings(parts.Time);
        var tools = new SecretObjectTools
        {
            Reader = new ClassReader(new ProviderCatalog(parts.Providers), renderer),
            Files = new ClassFiles(new ClassResolver(fetch, listings), renderer),
            Access = parts.Access,
        };
        service = new SecretObjectService(parts.Api, options, tools, shell with { Events = events });
    }

    /// <summary>Why what is known may be old.</summary>
    public string? Trouble => service.Trouble;

    /// <summary>One term.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => service.RunAsync(cancellationToken);

    /// <summary>Forgets listings that nobody asked for so long.</summary>
    public void Sweep(TimeSpan forgetAfter) => listings.Sweep(forgetAfter);

    public Task StartAsync(CancellationToken cancellationToken) => events.StartAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => events.StopAsync(cancellationToken);

    public void Dispose() => events.Dispose();
}
