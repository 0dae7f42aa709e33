using System.Text.Json.Nodes;
using k8s;
using k8s.Models;

namespace CsiSecrets.Tests.Cluster.Reloads;

/// <summary>A workload of every kind in one namespace, each with another source, and what became of it.</summary>
internal sealed class ReloadTenant(ClusterUnderTest cluster, Tenant tenant, CancellationToken ct)
{
    private readonly string cronJobs = int.Parse(cluster.Client.Version.GetCode().Minor.TrimEnd('+'), System.Globalization.CultureInfo.InvariantCulture) >= 21
        ? "batch/v1" : "batch/v1beta1";

    /// <summary>Every workload, and the source that its record must know before anything is rotated.</summary>
    public static readonly IReadOnlyDictionary<string, string> Sources = new Dictionary<string, string>
    {
        ["statefulset/state"] = "SECRET/plain",
        ["daemonset/daemon"] = "CONFIGMAP/settings",
        ["cronjob/nightly"] = "SECRET/plain",
        ["job/once"] = "SECRET/plain",
        ["deployment/listed"] = "CONFIGMAP/settings",
        ["deployment/class"] = "SECRETPROVIDERCLASS/db",
        ["deployment/external"] = "SECRETPROVIDERCLASS/es-db",
        ["deployment/calm"] = "SECRET/calm",
    };

    public async Task StartAsync()
    {
        await tenant.Aws.SecretAsync($"{tenant.Namespace}/class", "one", ct);
        await tenant.Aws.SecretAsync($"{tenant.Namespace}/external", "one", ct);
        await tenant.ClassAsync("db", $"- {{objectName: {tenant.Namespace}/class, objectType: secretsmanager, objectAlias: value}}");
        await ApplyAsync($"""
            apiVersion: v1
            kind: Secret
            metadata:
              name: calm
            stringData:
              value: one
            ---
            apiVersion: external-secrets.io/v1
            kind: SecretStore
            metadata:
              name: aws
            spec:
              provider:
                aws:
                  service: SecretsManager
                  region: eu-west-1
            ---
            apiVersion: external-secrets.io/v1
            kind: ExternalSecret
            metadata:
              name: db
            spec:
              refreshInterval: 5s
              secretStoreRef:
                name: aws
                kind: SecretStore
              target:
                name: none-is-made
              data:
              - secretKey: value
                remoteRef:
                  key: {tenant.Namespace}/external
            """);
        await PlainAsync("one");
        await ApplyAsync(string.Join("\n---\n",
        [
            Workload("apps/v1", "StatefulSet", "state", $"serviceName: none, {Selected("state", Environment("secretRef", "plain"))}"),
            Workload("apps/v1", "DaemonSet", "daemon", Selected("daemon", Environment("configMapRef", "settings"))),
            Workload(cronJobs, "CronJob", "nightly", $"schedule: '@yearly', jobTemplate: {{spec: {Once("plain")}}}"),
            Workload("batch/v1", "Job", "once", Once("plain")[1..^1]),
            Workload("apps/v1", "Deployment", "listed", Selected("listed", Environment("configMapRef", "settings")), "configmap.reloader.stakater.com/reload: settings"),
            Workload("apps/v1", "Deployment", "class", Selected("class", Mount("secretProviderClass: db"))),
            Workload("apps/v1", "Deployment", "external", Selected("external", Mount("externalSecret: db"))),
            Workload("apps/v1", "Deployment", "calm", Selected("calm", Environment("secretRef", "calm"))),
        ]));
    }

    /// <summary>Gives the sources of Kubernetes a value.</summary>
    public Task PlainAsync(string value) => ApplyAsync($"""
        apiVersion: v1
        kind: Secret
        metadata:
          name: plain
        stringData:
          value: {value}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: settings
        data:
          value: {value}
        """);

    /// <summary>Waits until every workload's record knows its source.</summary>
    public Task RecordedAsync() => Task.WhenAll(Sources.Select(s => KnowsAsync(s.Key, s.Value)));

    public Task KnowsAsync(string workload, string source) => ClusterUnderTest.Until(
        async token => ((string?)(await GetAsync(workload, token))?["metadata"]?["annotations"]?["reload.csi-secrets/seen"] ?? "").Contains($"\"{source}\"", StringComparison.Ordinal),
        LookAsync,
        ct);

    /// <summary>Waits until what runs has the value, and answers who runs: the pods of each workload by their UIDs, and the Jobs.</summary>
    public Task<string> RunsWithAsync(string value) => ClusterUnderTest.Eventually(
        ClusterUnderTest.Soon,
        async token =>
        {
            IList<V1Pod> pods = (await cluster.Client.CoreV1.ListNamespacedPodAsync(tenant.Namespace, cancellationToken: token)).Items;
            var lines = new List<string>();
            foreach (string app in (string[])["state", "daemon", "listed", "class", "external", "calm"])
            {
                V1Pod[] own = [.. pods.Where(p => p.Metadata.Labels.TryGetValue("app", out string? its) && its == app)];
                if (own is not [{ Metadata.DeletionTimestamp: null } pod] || !await SaysAsync(pod, app == "calm" ? "one" : value, token))
                {
                    return null;
                }

                lines.Add($"{app} {pod.Metadata.Uid}");
            }

            V1Pod[] jobs = [.. pods.Where(static p => p.Metadata.OwnerReferences?.Any(static o => o.Kind == "Job") == true)];
            foreach (V1Pod pod in jobs)
            {
                if (pod.Status.Phase != "Succeeded" || !await SaysAsync(pod, value, token))
                {
                    return null;
                }

                lines.Add($"job {pod.Metadata.OwnerReferences[0].Name} {pod.Metadata.Uid}");
            }

            return jobs.Any(static p => p.Metadata.OwnerReferences[0].Name == "once") ? string.Join('\n', lines.Order(StringComparer.Ordinal)) : null;
        },
        LookAsync,
        ct);

    /// <summary>How often each workload's pods were made others: revisions of a Deployment, StatefulSet and DaemonSet, runs of the CronJob.</summary>
    public async Task<string> RollsAsync()
    {
        var lines = new List<string>();
        foreach (string deployment in (string[])["listed", "class", "external", "calm"])
        {
            lines.Add($"{deployment} {(await GetAsync($"deployment/{deployment}", ct))!["metadata"]!["annotations"]!["deployment.kubernetes.io/revision"]}");
        }

        JsonArray revisions = (await GetAsync("controllerrevisions", ct))!["items"]!.AsArray();
        foreach (string owner in (string[])["state", "daemon"])
        {
            lines.Add($"{owner} {revisions.Count(r => (string?)r!["metadata"]!["ownerReferences"]![0]!["name"] == owner)}");
        }

        JsonArray jobs = (await GetAsync("jobs", ct))!["items"]!.AsArray();
        lines.Add($"nightly {jobs.Count(static j => (string?)j!["metadata"]!["ownerReferences"]?[0]?["name"] == "nightly")}");
        lines.Add($"once {jobs.Count(static j => (string?)j!["metadata"]!["name"] == "once")}");
        return string.Join(", ", lines);
    }

    /// <summary>The events <c>Reloaded</c>, as <c>Kind/name</c>, each as often as it was counted.</summary>
    public async Task<string[]> ReloadedAsync(CancellationToken token) =>
        [.. (await cluster.Client.CoreV1.ListNamespacedEventAsync(tenant.Namespace, cancellationToken: token)).Items
            .Where(static e => e.Reason == "Reloaded")
            .SelectMany(static e => Enumerable.Repeat($"{e.InvolvedObject.Kind}/{e.InvolvedObject.Name}", Math.Max(e.Count ?? 1, 1)))
            .Order(StringComparer.Ordinal)];

    public async Task<string> LookAsync(CancellationToken token) =>
        $"{await Shell.KubectlAsync($"get statefulsets,daemonsets,deployments,cronjobs,jobs,pods,secretproviderclasspodstatuses -n {tenant.Namespace} -o yaml", token)}\n{await tenant.EventsAsync(token)}";

    private Task ApplyAsync(string manifests) => Shell.KubectlAsync($"apply -n {tenant.Namespace} -f -", ct, manifests);

    private async Task<JsonNode?> GetAsync(string what, CancellationToken token)
    {
        (int code, string output, _) = await Shell.TryAsync("kubectl", ["get", "-n", tenant.Namespace, what, "-o", "json"], token);
        return code == 0 ? JsonNode.Parse(output) : null;
    }

    /// <summary>Each container prints once, as it starts, what it has.</summary>
    private async Task<bool> SaysAsync(V1Pod pod, string value, CancellationToken token) =>
        (await cluster.LogAsync(tenant.Namespace, pod.Metadata.Name, token)).TrimEnd('\n') == value;

    private static string Workload(string version, string kind, string name, string spec, string annotation = "reloader.stakater.com/auto: 'true'") =>
        $"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: {name}, annotations: {{{annotation}}}}}\nspec: {{{spec}}}";

    private static string Selected(string app, string pod) =>
        $"selector: {{matchLabels: {{app: {app}}}}}, template: {{metadata: {{labels: {{app: {app}}}}}, spec: {{terminationGracePeriodSeconds: 0, {pod}}}}}";

    private static string Once(string secret) =>
        $"{{template: {{spec: {{restartPolicy: Never, containers: [{Container("echo $value", $"envFrom: [{{secretRef: {{name: {secret}}}}}]")}]}}}}}}";

    private static string Environment(string kind, string name) =>
        $"containers: [{Container("echo $value; exec sleep 3600", $"envFrom: [{{{kind}: {{name: {name}}}}}]")}]";

    private static string Mount(string attribute) =>
        $"containers: [{Container("cat /mnt/value; echo; exec sleep 3600", "volumeMounts: [{name: s, mountPath: /mnt, readOnly: true}]")}], "
        + $"volumes: [{{name: s, csi: {{driver: {ClusterUnderTest.DriverName}, readOnly: true, volumeAttributes: {{{attribute}}}}}}}]";

    private static string Container(string script, string more) =>
        $"{{name: main, image: localhost/busybox:1, imagePullPolicy: Never, command: [sh, -c, '{script}'], {more}}}";
}
