using System.Text;
using CsiSecrets.Telemetry;

namespace CsiSecrets.Hosting;

/// <summary>The plain HTTP endpoints: health on one port, metrics on another. Each answers only on its own.</summary>
internal static class HealthEndpoints
{
    /// <param name="app">The host.</param>
    /// <param name="healthAddress">As the flag has it; empty or 0 for none.</param>
    /// <param name="metricsAddress">As the flag has it; empty or 0 for none.</param>
    /// <param name="liveness">What only a restart cures; null while all is well.</param>
    /// <param name="readiness">What the process depends on.</param>
    /// <param name="meters">What <c>/metrics</c> shows.</param>
    public static void Map(WebApplication app, string healthAddress, string metricsAddress, Func<string?> liveness, Readiness readiness, Meters meters)
    {
        int health = PortOf(healthAddress);
        int metrics = PortOf(metricsAddress);
        foreach (string path in (string[])["/livez", "/healthz"])
        {
            app.MapGet(path, context => Answer(context, health, () => liveness() is { } trouble ? (500, trouble) : (200, "ok")));
        }

        app.MapGet("/readyz", context => Answer(context, health, () =>
        {
            var text = new StringBuilder();
            bool ready = liveness() is null;
            foreach ((string name, string? trouble) in readiness.Look())
            {
                ready &= trouble is null;
                text.Append(trouble is null ? "[+] " : "[-] ").Append(name).Append(trouble is null ? " ok" : ": " + trouble).Append('\n');
            }

            return (ready ? 200 : 503, text.ToString());
        }));
        meters.Watch(
            "csi_secrets_ready", "Whether what the process depends on is well, as /readyz says it.", ["check"],
            () => readiness.Look().Select(c => ((string[])[c.Name], c.Trouble is null ? 1d : 0d)));
        app.MapGet("/metrics", context => Answer(context, metrics, () => (200, meters.Expose()), "text/plain; version=0.0.4; charset=utf-8"));
    }

    public static int PortOf(string address) => address is "" or "0" ? 0 : ListenAddress.Parse(address)?.Port ?? 0;

    private static Task Answer(HttpContext context, int port, Func<(int Status, string Text)> answer, string type = "text/plain; charset=utf-8")
    {
        if (port == 0 || context.Connection.LocalPort != port)
        {
            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        }

        (int status, string text) = answer();
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        return context.Response.WriteAsync(text, context.RequestAborted);
    }
}
