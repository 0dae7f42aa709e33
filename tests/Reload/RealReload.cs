using System.Text.Json.Nodes;
using CsiSecrets.Kube;
using CsiSecrets.Kube.Connection;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Reload;
using CsiSecrets.Reload.Alerts;
using CsiSecrets.Telemetry;
using CsiSecrets.Tests.Harness;
using CsiSecrets.Tests.Kube;
using CsiSecrets.Tests.Manifests;
using Microsoft.Extensions.Logging.Abstractions;

namespace CsiSecrets.Tests.Reload;

/// <summary>The reloader on a server that is not ours.</summary>
internal static class RealReload
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task ApplyAsync(AdminKubectl kubectl, string manifest, params string[] more)
    {
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, manifest, Ct);
        await kubectl.RunAsync(["apply", "-f", file, .. more]);
        File.Delete(file);
    }

    /// <summary>Asks again and again, in real time: the server is in another process.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        Task<bool> asked = condition();
        await Wait.UntilAsync(() =>
        {
            if (asked.IsCompletedSuccessfully && !asked.Result)
            {
                asked = condition();
            }

            return asked.IsFaulted || (asked.IsCompletedSuccessfully && asked.Result);
        }, what);
        await asked;
    }

    public static Task Start(KubeHttp http, CancellationToken stop, Action<ReloadOptions>? set = null)
    {
        var client = new KubeClient(http, TimeProvider.System);
        var meters = new Meters();
        var options = new ReloadOptions { Window = TimeSpan.FromMilliseconds(200) };
        set?.Invoke(options);
        return Task.Run(
            async () =>
            {
                using var events = new EventWriter(client, "reloader", "here", TimeProvider.System, meters) { Pace = TimeSpan.Zero };
                using var alerts = new AlertClient(options.Alerts, TimeProvider.System);
                await events.StartAsync(stop);
                await new ReloadService(client, options, new ReloadShell
                {
                    Events = events,
                    Meters = new ReloadMeters(meters),
                    Alerts = alerts,
                    Time = TimeProvider.System,
                    Log = NullLogger.Instance,
                }).RunAsync(stop);
                await events.StopAsync(CancellationToken.None);
            },
            CancellationToken.None);
    }

    /// <summary>A connection as a ServiceAccount of the controller's namespace.</summary>
    public static async Task<KubeHttp> ConnectAsync(RealApiServer server, string account = "external-secrets")
    {
        using KubeHttp admin = server.Admin();
        TokenRequestStatus? token = await new KubeClient(admin, TimeProvider.System)
            .CreateTokenAsync(new ObjectKey("external-secrets", account), new TokenRequestSpec { ExpirationSeconds = 3600 }, Ct);
        string kubeconfig = $$$"""
            {"clusters":[{"name":"c","cluster":{"server":"{{{server.Server}}}","certificate-authority":"ca.crt"}}],
             "users":[{"name":"u","user":{"token":"{{{token!.Token}}}"}}],"contexts":[{"name":"x","context":{"cluster":"c","user":"u"}}],"current-context":"x"}
            """;
        var file = new KubeConfigFile(Path.Combine(server.Pki, "controller.kubeconfig"), JsonNode.Parse(kubeconfig)!, TimeProvider.System);
        return new KubeHttp(file.Connect(""), TimeProvider.System, NullLogger<KubeHttp>.Instance);
    }
}
