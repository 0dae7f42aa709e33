using System.Net;
using System.Security.Cryptography.X509Certificates;
using CsiSecrets.Tests.Aws.Control;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace CsiSecrets.Tests.Aws.Hosting;

/// <summary>Secrets Manager, Parameter Store, STS and the Pod Identity agent on one or more listeners.</summary>
internal sealed class AwsServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly X509Certificate2 _certificate;

    private AwsServer(WebApplication app, EndpointState state, X509Certificate2 certificate)
    {
        (_app, State, _certificate) = (app, state, certificate);
        Seed = new Seeding(state);
    }

    public EndpointState State { get; }

    public Seeding Seed { get; }

    public Calls.CallLog Calls => State.Calls;

    public Faults.FaultPlan Faults => State.Faults;

    /// <summary>The listeners' real addresses, in the order of the options.</summary>
    public IReadOnlyList<Uri> Addresses =>
        [.. _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(a => new Uri(a))];

    public Uri Url => Addresses[0];

    /// <summary>PEM of the authority that a client of the https listeners has to trust.</summary>
    public string CertificatePem => _certificate.ExportCertificatePem();

    public static async Task<AwsServer> StartAsync(AwsServerOptions options, CancellationToken ct)
    {
        var certificate = options.Certificate ?? TestCertificate.Create([.. options.Listen.Select(l => new Uri(l).Host.Trim('[', ']'))]);
        var state = new EndpointState(options.Account, options.Time);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [] });
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            foreach (var url in options.Control is { } control ? options.Listen.Add(control) : options.Listen)
            {
                var uri = new Uri(url);
                kestrel.Listen(IPAddress.Parse(uri.Host.Trim('[', ']')), uri.Port, listen =>
                {
                    if (uri.Scheme == Uri.UriSchemeHttps)
                    {
                        listen.UseHttps(certificate);
                    }
                });
            }
        });
        var app = builder.Build();
        var endpoint = new AwsServer(app, state, certificate);
        var (pipeline, controlApi) = (new RequestPipeline(state), new ControlApi(state));
        app.Run(http => endpoint.OnControl(http, options.Control is not null)
            ? controlApi.HandleAsync(http, http.RequestAborted)
            : pipeline.HandleAsync(http, http.RequestAborted));
        await app.StartAsync(ct);
        return endpoint;
    }

    public Task WaitAsync(CancellationToken ct) => _app.WaitForShutdownAsync(ct);

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private bool OnControl(HttpContext http, bool apart) =>
        http.Request.Path.Value?.StartsWith(ControlApi.Prefix, StringComparison.Ordinal) == true
        && (!apart || http.Connection.LocalPort == Addresses[^1].Port);
}
