using CsiSecrets.Tests.Cluster.Faults;
using k8s;
using k8s.Models;

namespace CsiSecrets.Tests.Cluster.Examples;

/// <summary>The guide's example of Reloader, whole: a rotated password, a rolling update, new pods with a new environment. Among the tests that
/// run alone, because the controller is another variant meanwhile.</summary>
[Collection(FaultsCollection.Name)]
public sealed class DbEnvTests(ClusterUnderTest cluster) : IClassFixture<ClusterUnderTest>
{
    private const string Namespace = "my-env-app-namespace";
    private const string Component = "clusterrole,clusterrolebinding external-secrets-reloader";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task DbEnv_PasswordRotatedAtAws_PodsAreReplacedOnceAndStartWithIt()
    {
        await using var example = new ExampleFolder(cluster, "db-env", Namespace);
        await example.TrustAsync(("external-secrets", "external-secrets"));
        await example.Aws.SecretAsync("prod/db/credentials", Document("superSecretPassword123"), Token, "us-east-1");
        var controller = new ControllerPod(cluster);
        try
        {
            await controller.ApplyAsync("reloader.yaml", Token);
            await example.ApplyAsync();
            string[] before = await PodsAsync("superSecretPassword123");
            Assert.Equal("1", await RevisionAsync());
            await ClusterUnderTest.Until(
                async ct => (await DeploymentAsync(ct)).Metadata.Annotations.ContainsKey("reload.csi-secrets/seen"), _ => Task.FromResult("no baseline"), Token);

            await example.Aws.SecretAsync("prod/db/credentials", Document("rotated"), Token, "us-east-1");

            string[] after = await PodsAsync("rotated");
            Assert.Empty(before.Intersect(after));
            V1Deployment rolled = await DeploymentAsync(Token);
            Assert.Equal(["STAKATER_APP_DB_CONFIG_SECRET_SECRET"], rolled.Spec.Template.Spec.Containers[0].Env.Select(static e => e.Name));
            await ClusterUnderTest.Until(
                async ct => (await cluster.EventsAsync(Namespace, ct)).Contains("Normal Reloaded: Changes detected in 'app-db-config-secret' of type 'SECRET'", StringComparison.Ordinal),
                ct => cluster.EventsAsync(Namespace, ct),
                Token);

            await controller.RestartAsync(Token);
            await controller.ScannedAsync("Deployment", Token);

            Assert.Equal("2", await RevisionAsync());
            Assert.Equal(after, await PodsAsync("rotated"));
        }
        finally
        {
            await controller.ApplyAsync("controller.yaml", CancellationToken.None);
            await Shell.KubectlAsync($"delete --ignore-not-found {Component}", CancellationToken.None);
            await Shell.KubectlAsync("delete --ignore-not-found clustersecretstore aws-secret-store", CancellationToken.None);
        }
    }

    /// <summary>Waits until the Deployment's two pods are Ready, no other is left, and both have this password; answers their names.</summary>
    private async Task<string[]> PodsAsync(string password) => await ClusterUnderTest.Eventually(
        ClusterUnderTest.Soon,
        async token =>
        {
            IList<V1Pod> pods = (await cluster.Client.CoreV1.ListNamespacedPodAsync(Namespace, labelSelector: "app=my-app", cancellationToken: token)).Items;
            string[] names = [.. pods.Where(IsReady).Select(static p => p.Metadata.Name).Order(StringComparer.Ordinal)];
            if (names.Length != 2 || pods.Count != 2)
            {
                return null;
            }

            string[] environments = await Task.WhenAll(names.Select(n => EnvironmentAsync(n, token)));
            string wanted = $"CONNECTION_STRING=jdbc:postgresql://rds-prod-01.aws.com:5432/main_db\nDB_PASSWORD={password}\nDB_USERNAME=admin";
            return environments.All(e => e == wanted) ? names : null;
        },
        async token => $"{await Shell.KubectlAsync($"get externalsecrets,deployments,replicasets,pods -n {Namespace} -o yaml", token)}\n{await cluster.EventsAsync(Namespace, token)}",
        Token);

    /// <summary>What the pod's container was started with; the error where it cannot be asked.</summary>
    private static async Task<string> EnvironmentAsync(string pod, CancellationToken token)
    {
        (int code, string output, string errors) = await Shell.TryAsync("kubectl", ["exec", "-n", Namespace, pod, "--", "env"], token);
        string[] names = ["CONNECTION_STRING=", "DB_PASSWORD=", "DB_USERNAME="];
        return code == 0 ? string.Join('\n', output.Split('\n').Where(l => names.Any(l.StartsWith)).Order(StringComparer.Ordinal)) : errors;
    }

    private static bool IsReady(V1Pod pod) =>
        pod.Metadata.DeletionTimestamp is null && pod.Status.Conditions?.Any(c => c is { Type: "Ready", Status: "True" }) == true;

    private Task<V1Deployment> DeploymentAsync(CancellationToken token) => cluster.Client.AppsV1.ReadNamespacedDeploymentAsync("my-app", Namespace, cancellationToken: token);

    private async Task<string> RevisionAsync() => (await DeploymentAsync(Token)).Metadata.Annotations["deployment.kubernetes.io/revision"];

    private static string Document(string password) =>
        $$"""{"username": "admin", "password": "{{password}}", "host": "rds-prod-01.aws.com", "port": "5432"}""";
}
