using System.Text;
using System.Text.Json.Nodes;
using CsiSecrets.JsonQuery;
using CsiSecrets.Kube;
using CsiSecrets.Reload;
using CsiSecrets.Reload.Alerts;
using CsiSecrets.Telemetry;
using CsiSecrets.Tests.Fakes;
using CsiSecrets.Tests.Harness;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;

namespace CsiSecrets.Tests.Reload;

/// <summary>The real service against a fake API server with a clock that the test plays. A Secret <c>app-db</c>, a Deployment <c>app</c> that uses it.</summary>
internal sealed class ReloadUnderTest : IAsyncDisposable
{
    public const string Ns = "shop";
    public const string Variable = "STAKATER_APP_DB_SECRET";

    private CancellationTokenSource stop = new();
    private Task running = Task.CompletedTask;
    private ILoggerFactory? logs;
    private KubeHttp? http;
    private EventWriter? events;
    private AlertClient? alerts;

    private ReloadUnderTest(FakeKubeApi api, FakeTimeProvider time) => (Api, Time) = (api, time);

    public FakeKubeApi Api { get; }

    public FakeTimeProvider Time { get; }

    public Meters Meters { get; private set; } = new();

    public ReloadOptions Options { get; } = new() { AllSources = true, KeyNamespace = "external-secrets" };

    public FakeLogCollector Logs { get; } = FakeLogCollector.Create(new FakeLogCollectorOptions());

    /// <summary>Starts when <paramref name="before"/> has put what is there first.</summary>
    public static async Task<ReloadUnderTest> StartAsync(Action<ReloadUnderTest>? before = null)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero));
        var test = new ReloadUnderTest(await FakeKubeApi.StartAsync(time), time);
        foreach ((string group, string resource, string kind) in ((string, string, string)[])
            [("apps/v1", "statefulsets", "StatefulSet"), ("apps/v1", "daemonsets", "DaemonSet"), ("batch/v1beta1", "cronjobs", "CronJob"), ("batch/v1", "jobs", "Job")])
        {
            test.Api.Serve(new FakeKubeApiKind(group, resource, kind, true));
        }

        test.Api.Put("namespaces", """{"metadata":{"name":"external-secrets"}}""");
        test.Secret("one");
        test.Deployment();
        before?.Invoke(test);
        await test.BootAsync();
        return test;
    }

    public void Secret(string password, string name = "app-db") => Put(
        "secrets", name, $"data: {{password: {Convert.ToBase64String(Encoding.UTF8.GetBytes(password))}}}");

    public void Deployment(string annotations = "reloader.stakater.com/auto: 'true'", string name = "app", string secret = "app-db") =>
        Workload("deployments", annotations, name, secret);

    public void Workload(string resource, string annotations = "reloader.stakater.com/auto: 'true'", string name = "app", string secret = "app-db")
    {
        string template = $"template: {{metadata: {{labels: {{a: b}}}}, spec: {{containers: [{{name: main, image: app, envFrom: [{{secretRef: {{name: {secret}}}}}]}}]}}}}";
        string spec = resource == "cronjobs" ? $"spec: {{schedule: '@daily', jobTemplate: {{metadata: {{labels: {{of: cron}}}}, spec: {{{template}}}}}}}" : $"spec: {{{template}}}";
        Put(resource, name, spec, annotations);
    }

    /// <summary>Writes an object; its identity and its other annotations stay.</summary>
    public void Put(string resource, string name, string yaml, string annotations = "")
    {
        JsonObject one = (JsonObject)Parse(yaml);
        Api.Edit(resource, Ns, name, there =>
        {
            if (annotations.Length > 0)
            {
                there["metadata"]!["annotations"] ??= new JsonObject();
                foreach ((string key, JsonNode? value) in (JsonObject)Parse($"{{{annotations}}}"))
                {
                    there["metadata"]!["annotations"]![key] = value?.DeepClone();
                }
            }

            foreach ((string key, JsonNode? value) in one)
            {
                there[key] = value?.DeepClone();
            }
        });
    }

    public void Status(string pod, string version, string className = "db") => Put(
        "secretproviderclasspodstatuses",
        $"{pod}-{className}",
        $"status: {{podName: {pod}, secretProviderClassName: {className}, mounted: true, objects: [{{id: db, version: '{version}'}}]}}");

    public string Record(string resource = "deployments", string name = "app") =>
        (string?)Api.Get(resource, Ns, name)?["metadata"]?["annotations"]?[AnnotationNames.Record] ?? "";

    /// <summary>The value of the mark on the pods; empty when there is none.</summary>
    public string Mark(string variable = Variable, string resource = "deployments", string name = "app") =>
        (string?)(Api.Get(resource, Ns, name)?["spec"]?["template"]?["spec"]?["containers"]?[0]?["env"] as JsonArray)?
            .FirstOrDefault(v => (string?)v!["name"] == variable)?["value"] ?? "";

    public int Patches(string resource = "deployments") => Api.Count("patch", resource);

    public IReadOnlyList<string> Events() => [.. Api.All("events").Select(static e => $"{e["type"]} {e["reason"]} {e["message"]}")];

    /// <summary>How many changes of such sources, e.g. <c>secrets</c>, the service has heard of.</summary>
    public int Received(string resource) => (int)Sample($"reloader_events_received_total{{event_type=\"update\",resource_type=\"{resource}\"}}");

    /// <summary>What the sample is now; 0 where there is none.</summary>
    public double Sample(string name)
    {
        string? line = Meters.Expose().Split('\n').FirstOrDefault(l => l.StartsWith(name + " ", StringComparison.Ordinal));
        return line is null ? 0 : double.Parse(line[(name.Length + 1)..], System.Globalization.CultureInfo.InvariantCulture);
    }

    public Task UntilAsync(Func<bool> condition, string what) => Wait.UntilAsync(condition, what);

    public Task RecordedAsync(string resource = "deployments", string name = "app") => UntilAsync(() => Record(resource, name).Length > 0, $"a record on {name}");

    /// <summary>Passes time until something is so.</summary>
    public async Task PassUntilAsync(Func<bool> condition, string what)
    {
        for (int seconds = 0; seconds < 2000 && !condition(); seconds++)
        {
            await PassAsync(1);
        }

        await UntilAsync(condition, what);
    }

    public async Task PassAsync(int seconds)
    {
        for (int n = 0; n < seconds; n++)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            do
            {
                await Task.Delay(TimeSpan.FromMilliseconds(3), TimeProvider.System, TestContext.Current.CancellationToken);
            }
            while (http!.Running > Api.Holding); // no call sees its own timeout
        }
    }

    /// <summary>Another process; <paramref name="between"/> happens while there is none.</summary>
    public async Task RestartAsync(Action? between = null)
    {
        await EndAsync();
        between?.Invoke();
        await BootAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        await Api.DisposeAsync();
    }

    private static JsonNode Parse(string yaml) => JsonNode.Parse(Encoding.UTF8.GetString(YamlText.ToJson(Encoding.UTF8.GetBytes(yaml))[0]))!;

    private async Task BootAsync()
    {
        stop = new CancellationTokenSource();
        Meters = new Meters();
        logs = LoggerFactory.Create(b => b.SetMinimumLevel(LogLevel.Debug).AddProvider(new FakeLoggerProvider(Logs)));
        http = new KubeHttp(Api.Connection(Time), Time, logs.CreateLogger<KubeHttp>());
        var client = new KubeClient(http, Time);
        events = new EventWriter(client, "reloader", "here", Time, Meters) { Pace = TimeSpan.Zero };
        // Its calls are real, and the clock here runs faster than they do.
        alerts = new AlertClient(Options.Alerts, TimeProvider.System);
        await events.StartAsync(stop.Token);
        Logs.Clear();
        running = new ReloadService(client, Options, new ReloadShell
        {
            Events = events,
            Meters = new ReloadMeters(Meters),
            Alerts = alerts,
            Time = Time,
            Log = logs.CreateLogger("Reload"),
        }).RunAsync(stop.Token);
        await UntilAsync(() => Logs.GetSnapshot().Any(static l => l.Id.Id == 6001), "the service to begin");
    }

    private async Task EndAsync()
    {
        await stop.CancelAsync();
        await running;
        await events!.StopAsync(CancellationToken.None);
        events.Dispose();
        alerts!.Dispose();
        http!.Dispose();
        logs!.Dispose();
        stop.Dispose();
    }
}
