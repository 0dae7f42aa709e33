namespace CsiSecrets.Tests.Cluster.Faults;

/// <summary>The component external-secrets: a volume that names an ExternalSecret, refused without its Role and served with it. Here, not among
/// the tests in parallel, because it changes what the driver may do.</summary>
[Collection(FaultsCollection.Name)]
public sealed class ExternalSecretVolumeTests(ClusterUnderTest cluster) : IClassFixture<ClusterUnderTest>
{
    private const string Component = "clusterrole,clusterrolebinding secrets-store-csi-driver-external-secrets";

    private const string Objects = """
        apiVersion: external-secrets.io/v1
        kind: SecretStore
        metadata: {name: aws, namespace: external-secret}
        spec: {provider: {aws: {service: SecretsManager, region: eu-west-1}}}
        ---
        apiVersion: external-secrets.io/v1
        kind: ExternalSecret
        metadata: {name: pod, namespace: external-secret}
        spec:
          refreshInterval: 5s
          secretStoreRef: {name: aws, kind: SecretStore}
          target:
            name: none-is-made
            template:
              data:
                db.properties: "USER={{ .user }} PORT={{ .port }}"
          data:
          - {secretKey: user, remoteRef: {key: external-secret/db, property: user}}
          - {secretKey: port, remoteRef: {key: external-secret/db, property: port}}
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ExternalSecretVolume_WithTheComponent_IsRenderedAsThePodAndFollowsItsSecret()
    {
        await using Tenant tenant = await Tenant.CreateAsync(cluster, "external-secret", Token);
        await tenant.Aws.SecretAsync("external-secret/db", """{"user": "admin", "port": 5432}""", Token);
        await Shell.KubectlAsync("apply -f -", Token, Objects);
        await tenant.PodAsync("pod", "db.properties", more: spec => spec.Volumes[0].Csi.VolumeAttributes = new Dictionary<string, string> { ["externalSecret"] = "pod" });
        await tenant.EventAsync("Warning FailedMount.*component external-secrets");
        try
        {
            await Shell.KubectlAsync($"apply -f {cluster.Manifests}/external-secrets.yaml", Token);

            await tenant.SeesAsync("pod", "USER=admin PORT=5432");
            Assert.Contains("\"external-secret@default\"", await tenant.Aws.SessionsAsync(Token), StringComparison.Ordinal);
            await tenant.Aws.SecretAsync("external-secret/db", """{"user": "rotated", "port": 5432}""", Token);
            await tenant.SeesAsync("pod", "USER=admin PORT=5432", "USER=rotated PORT=5432");
            Assert.Equal("", await Shell.KubectlAsync("get secret none-is-made -n external-secret --ignore-not-found", Token));
        }
        finally
        {
            await Shell.KubectlAsync($"delete --ignore-not-found {Component}", CancellationToken.None);
        }
    }
}
