using System.Text;
using CsiSecrets.Telemetry;

namespace CsiSecrets.Hosting;

/// <summary>The plain HTTP endpoints: health on one port, metrics on another. Each answers only on its own.</summary>
internal static class HealthEndpoints
{
    public static void Map(WebApplication app, NodeOptions options, Liveness liveness, Readiness readiness, Meters meters)
    {
        int health = PortOf(options.HealthAddress);
        int metrics = PortOf(options.MetricsAddress);
        foreach (string path in (string[])["/livez", "/healthz"])
        {
            app.MapGet(path, context => Answer(context, health, () => liveness.Trouble() is { } trouble ? (500, trouble) : (200, "ok")));
        }

        app.MapGet("/readyz", context => Answer(context, health, () =>
        {
            var text = new StringBuilder();
            bool ready = liveness.Trouble() is null;
            foreach ((string name, string? trouble) in readiness.Look())
            {
                ready &= trouble is null;
                text.Append(trouble is null ? "[+] " : "[-] ").Append(name).Append(trouble is null ? " ok" : ": " + trouble).Append('\n');
            }

            return (ready ? 200 : 503, text.ToString());
        }));
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
