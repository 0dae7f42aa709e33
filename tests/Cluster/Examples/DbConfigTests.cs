using CsiSecrets.Tests.Cluster.Faults;

namespace CsiSecrets.Tests.Cluster.Examples;

/// <summary>The guide's example, whole: controller, node, one password rotated. Among the tests that run alone, because it grants the node the
/// component external-secrets.</summary>
[Collection(FaultsCollection.Name)]
public sealed class DbConfigTests(ClusterUnderTest cluster) : IClassFixture<ClusterUnderTest>
{
    private const string Component = "clusterrole,clusterrolebinding secrets-store-csi-driver-external-secrets";
    private const string Namespace = "my-app-namespace";
    private const string File = "/app/config/db-config.properties";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task DbConfig_PasswordRotatedAtAws_ChangesInTheMountedSecretAndInTheMountedExternalSecret()
    {
        await using var example = new ExampleFolder(cluster, "db-config", Namespace);
        await example.TrustAsync(("external-secrets", "external-secrets"), ("my-app", Namespace));
        await example.Aws.SecretAsync("prod/db/credentials", Document("superSecretPassword123"), Token, "us-east-1");
        try
        {
            await Shell.KubectlAsync($"apply -f {cluster.Manifests}/external-secrets.yaml", Token);
            await example.ApplyAsync();
            await example.ReadsAsync("by-externalsecret", File, Properties("superSecretPassword123"));
            await example.ReadsAsync("by-secret", File, Properties("superSecretPassword123"));
            string[] pods = [await example.PodAsync("by-secret"), await example.PodAsync("by-externalsecret")];
            Assert.Equal(
                "ExternalSecret/dynamic-db-secret",
                await Shell.KubectlAsync($"get secret app-db-config-secret -n {Namespace} -o jsonpath={{.metadata.ownerReferences[0].kind}}/{{.metadata.ownerReferences[0].name}}", Token));
            Assert.Equal(
                "True/SecretSynced",
                await Shell.KubectlAsync($"get externalsecret dynamic-db-secret -n {Namespace} -o jsonpath={{.status.conditions[0].status}}/{{.status.conditions[0].reason}}", Token));

            await example.Aws.SecretAsync("prod/db/credentials", Document("rotated"), Token, "us-east-1");

            await example.ReadsAsync("by-externalsecret", File, Properties("rotated"));
            await example.ReadsAsync("by-secret", File, Properties("rotated"));
            string[] after = [await example.PodAsync("by-secret"), await example.PodAsync("by-externalsecret")];
            Assert.Equal(pods, after);
        }
        finally
        {
            await Shell.KubectlAsync($"delete --ignore-not-found {Component}", CancellationToken.None);
            await Shell.KubectlAsync("delete --ignore-not-found clustersecretstore aws-secret-store", CancellationToken.None);
        }
    }

    private static string Document(string password) =>
        $$"""{"username": "admin", "password": "{{password}}", "host": "rds-prod-01.aws.com", "port": "5432"}""";

    private static string Properties(string password) =>
        $"DB_USERNAME=admin\nDB_PASSWORD={password}\nCONNECTION_STRING=jdbc:postgresql://rds-prod-01.aws.com:5432/main_db\n";
}
