using System.Text;
using System.Text.Json.Nodes;
using CsiSecrets.Csi.Wire;
using CsiSecrets.JsonQuery;
using CsiSecrets.Tests.Aws.Iam;
using CsiSecrets.Tests.Fakes;
using CsiSecrets.Tests.Harness;
using Grpc.Core;

namespace CsiSecrets.Tests.Volumes;

/// <summary>ExternalSecret volumes at AWS: the pod's own identity stands for the store's auth, the store's role chain goes on top.</summary>
public sealed class ExternalSecretVolumeAwsTests : IAsyncLifetime
{
    private const string Credentials = """{"username":"admin","password":"superSecretPassword123","host":"rds-prod-01.aws.com","port":"5432"}""";

    private const string Guide = """
        refreshInterval: 1h
        secretStoreRef: {name: aws-secret-store, kind: ClusterSecretStore}
        target:
          name: app-db-config-secret
          creationPolicy: Owner
          template:
            type: Opaque
            data:
              db-config.properties: |
                DB_USERNAME={{ .db_user }}
                DB_PASSWORD={{ .db_pass }}
                CONNECTION_STRING=jdbc:postgresql://{{ .db_host }}:{{ .db_port }}/main_db
        data:
        - {secretKey: db_user, remoteRef: {key: prod/db/credentials, property: username} }
        - {secretKey: db_pass, remoteRef: {key: prod/db/credentials, property: password} }
        - {secretKey: db_host, remoteRef: {key: prod/db/credentials, property: host} }
        - {secretKey: db_port, remoteRef: {key: prod/db/credentials, property: port} }
        """;

    private AwsUnderTest aws = null!;

    public async ValueTask InitializeAsync()
    {
        aws = await AwsUnderTest.StartAsync();
        foreach (string kind in (string[])["ExternalSecret", "SecretStore", "ClusterSecretStore"])
        {
            aws.Node.Api.Serve(new FakeKubeApiKind("external-secrets.io/v1", kind.ToLowerInvariant() + "s", kind, kind != "ClusterSecretStore"));
        }

        aws.Server.Seed.Secret("prod/db/credentials", Credentials);
        Put("externalsecrets", "shop", "app", Guide);
    }

    public ValueTask DisposeAsync() => aws.DisposeAsync();

    [Fact]
    public async Task TheGuidesExample_IsOneFile_ReadAsThePod_WhateverTheStoresAuthSays()
    {
        aws.Account("shop", "web");
        Store("auth: {jwt: {serviceAccountRef: {name: external-secrets, namespace: external-secrets}}}");
        PodUnderTest pod = aws.Node.Pod("shop", "web-1", "es-app", "web");

        await pod.PublishAsync(AsExternalSecret);

        Assert.Equal(["db-config.properties"], pod.Files());
        Assert.Equal(
            "DB_USERNAME=admin\nDB_PASSWORD=superSecretPassword123\nCONNECTION_STRING=jdbc:postgresql://rds-prod-01.aws.com:5432/main_db\n",
            pod.Read("db-config.properties"));
        Assert.Equal((1, 1), (aws.Calls("AssumeRoleWithWebIdentity"), aws.Calls("GetSecretValue")));
    }

    [Fact]
    public async Task PasswordRotated_FileFollowsAtTheInterval_ByOneProbeAndOneRead()
    {
        aws.Account("shop", "web");
        Store("");
        PodUnderTest pod = aws.Node.Pod("shop", "web-1", "es-app", "web");
        pod.TokenLife = TimeSpan.FromHours(3);
        await pod.PublishAsync(AsExternalSecret);
        aws.Server.Seed.Secret("prod/db/credentials", Credentials.Replace("superSecret", "rotated"));

        await aws.Node.PassAsync(TimeSpan.FromMinutes(70), TimeSpan.FromSeconds(10));

        Assert.Contains("DB_PASSWORD=rotatedPassword123", pod.Read("db-config.properties"));
    }

    [Fact]
    public async Task TwoPodsOfOneIdentity_ShareCredentialsAndReads()
    {
        aws.Account("shop", "web");
        Store("");
        foreach (string name in (string[])["web-1", "web-2", "web-3"])
        {
            await aws.Node.Pod("shop", name, "es-app", "web").PublishAsync(AsExternalSecret);
        }

        Assert.Equal((1, 1), (aws.Calls("AssumeRoleWithWebIdentity"), aws.Calls("GetSecretValue")));
    }

    [Fact]
    public async Task AnotherServiceAccount_NeverReadsWhatTheFirstOneFetched()
    {
        aws.Account("shop", "web");
        aws.Account("shop", "other", PolicyDocument.Deny("secretsmanager:*"));
        Store("");
        await aws.Node.Pod("shop", "web-1", "es-app", "web").PublishAsync(AsExternalSecret);
        PodUnderTest pod = aws.Node.Pod("shop", "other-1", "es-app", "other");

        string message = await pod.PublishFailsAsync(StatusCode.PermissionDenied, AsExternalSecret);

        Assert.Contains("prod/db/credentials", message);
        Assert.DoesNotContain("superSecret", message);
    }

    [Fact]
    public async Task StoresRole_IsAssumedOnTopOfThePodsIdentity()
    {
        Role own = aws.Account("shop", "web");
        Role second = aws.Server.Seed.Role("account-b", PolicyDocument.TrustPrincipal(own.Arn));
        Store($"role: {second.Arn}");
        PodUnderTest pod = aws.Node.Pod("shop", "web-1", "es-app", "web");

        await pod.PublishAsync(AsExternalSecret);

        Assert.Equal((1, 1), (aws.Calls("AssumeRoleWithWebIdentity"), aws.Calls("AssumeRole")));
        Assert.Contains("DB_USERNAME=admin", pod.Read("db-config.properties"));
    }

    [Fact]
    public async Task PodWithoutARole_IsNeverReadForAsAnybodyElse()
    {
        // Without the annotation only Pod Identity is left, and this ServiceAccount has no association.
        Store("auth: {secretRef: {accessKeyIDSecretRef: {name: keys, key: id}, secretAccessKeySecretRef: {name: keys, key: secret}}}");
        PodUnderTest pod = aws.Node.Pod("shop", "web-1", "es-app", "plain");

        string message = await pod.PublishFailsAsync(StatusCode.Unauthenticated, AsExternalSecret);

        Assert.Contains("plain", message);
        Assert.Equal((0, 0), (aws.Calls("GetSecretValue"), aws.Calls("AssumeRoleWithWebIdentity")));
        Assert.Equal(0, aws.Node.Api.Count("get", "secrets"));
    }

    private static void AsExternalSecret(NodePublishVolumeRequest request)
    {
        request.VolumeContext.Remove("secretProviderClass");
        request.VolumeContext["externalSecret"] = "app";
    }

    private void Store(string more) => Put("clustersecretstores", "", "aws-secret-store", $"provider: {{aws: {{service: SecretsManager, region: us-east-1{(more.Length > 0 ? ", " : "")}{more} }} }}");

    private void Put(string resource, string ns, string name, string yaml)
    {
        string spec = Encoding.UTF8.GetString(YamlText.ToJson(Encoding.UTF8.GetBytes(yaml))[0]);
        aws.Node.Api.Put(resource, new JsonObject
        {
            ["metadata"] = new JsonObject { ["namespace"] = ns, ["name"] = name },
            ["spec"] = JsonNode.Parse(spec),
        }.ToJsonString());
    }
}
