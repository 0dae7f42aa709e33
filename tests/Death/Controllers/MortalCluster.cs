using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using CsiSecrets.JsonQuery;
using CsiSecrets.Tests.Aws.Hosting;
using CsiSecrets.Tests.Aws.Iam;
using CsiSecrets.Tests.Fakes;

namespace CsiSecrets.Tests.Death.Controllers;

/// <summary>
/// An API server and AWS that outlive the controllers on them, with something of all that a controller writes. All that it does to the world
/// is a call to one of the two: who kills it before and after each of them has killed it everywhere.
/// </summary>
internal sealed class MortalCluster : IAsyncDisposable
{
    public const string Ns = "shop";

    private readonly Lock gate = new();
    private readonly ConcurrentQueue<string> wrong = new();
    private string armed = "";
    private bool whole;
    private readonly HashSet<string> jobs = [];
    private string? pods;
    private int rolls;
    private long renewed;

    private MortalCluster(FakeKubeApi api, AwsServer aws) => (Api, Aws) = (api, aws);

    public FakeKubeApi Api { get; }

    public AwsServer Aws { get; }

    /// <summary>Who dies at the step.</summary>
    public ControllerProcess? Victim { get; set; }

    /// <summary>What no moment should have shown.</summary>
    public IReadOnlyCollection<string> Wrong => wrong;

    /// <summary>How often the Deployment's pods became others.</summary>
    public int Rolls => rolls;

    /// <summary>The CronJob ran once for what is new, the Job was made anew once, and nothing is kept of it.</summary>
    public bool JobsAreDone => Runs == 1 && JobsMade == 2 && Field("jobs", "once", "spec", "template", "spec").Contains("STAKATER_APP_SECRET", StringComparison.Ordinal)
        && !Api.All("secrets").Any(static s => (s["metadata"]!["labels"] as JsonObject)?.ContainsKey("reload.csi-secrets/job") == true);

    /// <summary>How often the CronJob ran.</summary>
    public int Runs => Api.All("jobs").Count(static j => ((string)j["metadata"]!["name"]!).StartsWith("nightly-", StringComparison.Ordinal));

    /// <summary>How many Jobs of that name there were, one after another.</summary>
    public int JobsMade
    {
        get
        {
            lock (gate)
            {
                return jobs.Count;
            }
        }
    }

    public static async Task<MortalCluster> StartAsync()
    {
        var cluster = new MortalCluster(
            await FakeKubeApi.StartAsync(), await AwsServer.StartAsync(new AwsServerOptions(), TestContext.Current.CancellationToken));
        cluster.Seed();
        cluster.Api.Fault = route => cluster.Strikes("before", route) ? new FakeKubeApiFault { Code = 503 } : null;
        cluster.Api.Done = route =>
        {
            cluster.Look();
            if (route is { Resource: "leases", Verb: not "get" } && cluster.Leader == "first")
            {
                Volatile.Write(ref cluster.renewed, TimeProvider.System.GetTimestamp());
            }

            cluster.Strikes("after", route);
        };
        cluster.Aws.Calls.Added = call =>
        {
            foreach (string read in call.Objects) // a batch has them in any order
            {
                cluster.Strikes($"aws {read}");
            }
        };
        return cluster;
    }

    public ControllerProcess Run(string name, params string[] flags) =>
        ControllerProcess.Start(Api.Kubeconfig, Aws.Url, name, "external-secrets", ["--enable-reloader", "--enable-secret-objects", .. flags]);

    /// <param name="step">Such as <c>after patch secrets app</c> or <c>aws app-db</c>.</param>
    public void Arm(string step)
    {
        lock (gate)
        {
            (armed, whole) = (step, true);
        }
    }

    /// <summary>Every value at AWS is another, but calm's; all is due now, and one target has a new name.</summary>
    public void Rotate()
    {
        foreach (string name in (string[])["app", "left", "right", "moved", "class"])
        {
            Aws.Seed.Secret($"{name}-db", "two");
        }

        foreach (string name in (string[])["app", "left", "right"])
        {
            Put("externalsecrets", name, "{metadata: {annotations: {force-sync: again}}}");
        }

        Put("externalsecrets", "moved", "{spec: {target: {name: new-name}}}");
        Put("secretproviderclasspodstatuses", $"web-1-{Ns}-app-class", "{status: {objects: [{id: class-db, version: v2}]}}");
    }

    /// <summary>Merges YAML into an object, or makes it.</summary>
    public JsonObject Put(string resource, string name, string yaml, string ns = Ns)
    {
        var more = (JsonObject)JsonNode.Parse(Encoding.UTF8.GetString(YamlText.ToJson(Encoding.UTF8.GetBytes(yaml))[0]))!;
        return Api.Edit(resource, ns, name, there => Merge(there, more));
    }

    /// <summary>The Secret's data as <c>a=b c=d</c>; empty where there is none.</summary>
    public string Data(string name) => Api.Get("secrets", Ns, name) is not { } secret ? "" : string.Join(
        ' ', (secret["data"] as JsonObject ?? []).OrderBy(d => d.Key, StringComparer.Ordinal).Select(d => $"{d.Key}={Encoding.UTF8.GetString(Convert.FromBase64String((string)d.Value!))}"));

    public string Field(string resource, string name, params string[] path) =>
        path.Aggregate((JsonNode?)Api.Get(resource, Ns, name), (node, step) => node is JsonArray list ? list.ElementAtOrDefault(0)?[step] : node?[step])?.ToString() ?? "";

    /// <summary>The name of the process that holds the Lease.</summary>
    public string Leader => ((string?)Api.Get("leases", "external-secrets", "external-secrets-controller")?["spec"]?["holderIdentity"] ?? "").Split('_')[0];

    /// <summary>How long ago the first process's last renewal was written.</summary>
    public TimeSpan SinceRenewal => TimeProvider.System.GetElapsedTime(Volatile.Read(ref renewed));

    public string Ready(string name) => Field("externalsecrets", name, "status", "conditions", "status");

    /// <summary>Another after each sync from the provider.</summary>
    public string RefreshVersion(string name) => Field("externalsecrets", name, "status", "refreshTime") + Field("externalsecrets", name, "status", "syncedResourceVersion");

    public int Calls(string secret) => Aws.Calls.Count(where: c => c.Objects.Any(o => o.Contains(secret, StringComparison.Ordinal)));

    /// <summary>What is there, for a failure's message.</summary>
    public string Describe() => string.Join('\n',
    [
        .. ((string[])["app", "calm", "shared", "old-name", "new-name", "mirrored"]).Select(s => $"{s}: {Data(s)}"),
        .. ((string[])["app", "calm", "left", "right", "moved"]).Select(e => $"{e}: {Api.Get("externalsecrets", Ns, e)?["status"]?.ToJsonString()}"),
        $"jobs: {Runs} runs, {JobsMade} made, {Api.Get("jobs", Ns, "once")?["spec"]?.ToJsonString()}",
        $"class: {Api.Get("secretproviderclasses", Ns, "app-class")?["status"]?.ToJsonString()}",
        .. Api.All("events").Select(e => $"{e["reason"]} {e["message"]}").Distinct().Take(5),
    ]);

    public async ValueTask DisposeAsync()
    {
        await Api.DisposeAsync();
        await Aws.DisposeAsync();
    }

    private void Seed()
    {
        foreach (string kind in (string[])["ExternalSecret", "SecretStore", "ClusterSecretStore", "ClusterExternalSecret"])
        {
            Api.Serve(new FakeKubeApiKind("external-secrets.io/v1", kind.ToLowerInvariant() + "s", kind, !kind.StartsWith("Cluster", StringComparison.Ordinal)));
        }

        foreach ((string group, string resource, string kind) in ((string, string, string)[])
            [("apps/v1", "statefulsets", "StatefulSet"), ("apps/v1", "daemonsets", "DaemonSet"), ("batch/v1", "cronjobs", "CronJob"), ("batch/v1", "jobs", "Job")])
        {
            Api.Serve(new FakeKubeApiKind(group, resource, kind, true));
        }

        foreach (string name in (string[])["app", "calm", "left", "right", "moved", "class"])
        {
            Aws.Seed.Secret($"{name}-db", "one");
        }

        Api.Put("namespaces", """{"metadata":{"name":"external-secrets"}}""");
        Put("namespaces", Ns, "{metadata: {labels: {secrets-store.csi.k8s.io/secret-objects: enabled}}}", "");
        AccessKey key = Aws.Seed.User("eso");
        Put("secrets", "aws-keys", $"{{stringData: {{id: {key.Id}, key: \"{key.Secret}\", access_key_id: {key.Id}, secret_access_key: \"{key.Secret}\"}}}}");
        Put("secrets", "shared", "{stringData: {own: mine}}");
        Put("secretstores", "main", """
            spec: {provider: {aws: {service: SecretsManager, region: us-east-1,
              auth: {secretRef: {accessKeyIDSecretRef: {name: aws-keys, key: id}, secretAccessKeySecretRef: {name: aws-keys, key: key}}}}}}
            """);
        Put("secretstores", "plain", "spec: {provider: {fake: {data: [{key: k, value: v}]}}}");
        ExternalSecret("app", "{}");
        ExternalSecret("calm", "{}");
        ExternalSecret("left", "{name: shared, creationPolicy: Merge}");
        ExternalSecret("right", "{name: shared, creationPolicy: Merge}");
        ExternalSecret("moved", "{name: old-name}");
        Put("deployments", "web", """
            {metadata: {annotations: {reloader.stakater.com/auto: 'true'}},
             spec: {template: {metadata: {labels: {a: b}}, spec: {containers: [{name: main, image: app, envFrom: [{secretRef: {name: app}}]}]}}}}
            """);
        const string Pods = "template: {metadata: {labels: {a: b}}, spec: {containers: [{name: main, image: app, envFrom: [{secretRef: {name: app}}]}]}}";
        const string Asks = "{metadata: {annotations: {reloader.stakater.com/auto: 'true'}}, spec:";
        Put("cronjobs", "nightly", $"{Asks} {{schedule: '@daily', jobTemplate: {{spec: {{{Pods}}}}}}}}}");
        Put("jobs", "once", $"{Asks} {{{Pods}}}}}");
        SeedClass();
    }

    private void ExternalSecret(string name, string target) => Put("externalsecrets", name,
        $"spec: {{secretStoreRef: {{name: main}}, refreshInterval: 10h, target: {target}, data: [{{secretKey: {name}, remoteRef: {{key: {name}-db}}}}]}}");

    private void SeedClass()
    {
        Put("serviceaccounts", "web", "{}");
        Put("secretproviderclasses", "app-class", """
            spec:
              provider: aws
              parameters: {region: us-east-1, objects: "[{objectName: class-db, objectType: secretsmanager}]"}
              secretObjects: [{secretName: mirrored, type: Opaque, data: [{objectName: class-db, key: pw}]}]
            """);
        JsonObject pod = Put("pods", "web-1", """
            {spec: {serviceAccountName: web, volumes: [{name: s, csi: {driver: secrets-store.csi.k8s.io, nodePublishSecretRef: {name: aws-keys},
              volumeAttributes: {secretProviderClass: app-class}}}]}, status: {phase: Running}}
            """);
        string uid = (string)pod["metadata"]!["uid"]!;
        Put("secretproviderclasspodstatuses", $"web-1-{Ns}-app-class", $$"""
            {metadata: {ownerReferences: [{apiVersion: v1, kind: Pod, name: web-1, uid: "{{uid}}"} ]},
             status: {podName: web-1, secretProviderClassName: app-class, mounted: true, targetPath: "/t", objects: [{id: class-db, version: v1}]} }
            """);
    }

    private static void Merge(JsonObject into, JsonObject from)
    {
        foreach ((string key, JsonNode? value) in from)
        {
            if (value is JsonObject inner && into[key] is JsonObject there)
            {
                Merge(there, inner);
            }
            else
            {
                into[key] = value?.DeepClone();
            }
        }
    }

    private bool Strikes(string when, FakeKubeApiRoute route) => route.Verb is not ("watch" or "list")
        && Strikes($"{when} {route.Verb} {route.Resource}{(route.Subresource.Length > 0 ? "/" : "")}{route.Subresource} {route.Name}");

    private bool Strikes(string step)
    {
        lock (gate)
        {
            if (armed.Length == 0 || Victim is null || !step.StartsWith(armed, StringComparison.Ordinal))
            {
                return false;
            }

            armed = "";
            Victim.Kill();
            return true;
        }
    }

    /// <summary>What is never so once all was synced: a Secret that is empty, gone, or half of two.</summary>
    private void Look()
    {
        lock (gate)
        {
            string now = Field("deployments", "web", "spec", "template");
            rolls += pods is not null && pods != now ? 1 : 0;
            pods = now;
            if (Field("jobs", "once", "metadata", "uid") is { Length: > 0 } job)
            {
                jobs.Add(job);
            }

            if (!whole)
            {
                return;
            }

            Check("app", Data("app") is "app=one" or "app=two");
            Check("calm", Data("calm") == "calm=one");
            Check("mirrored", Data("mirrored") is "pw=one" or "pw=two");
            Check("shared", Data("shared").Replace("one", "two", StringComparison.Ordinal) == "left=two own=mine right=two");
            Check("moved", Data("new-name") is "" or "moved=one" or "moved=two" && (Data("old-name") == "moved=one" || Data("new-name") == "moved=two"));
        }
    }

    private void Check(string name, bool fine)
    {
        if (!fine)
        {
            wrong.Enqueue($"{name}\n{Describe()}");
        }
    }
}
