using CsiSecrets.Tests.Aws.Iam;
using CsiSecrets.Tests.Kube;
using CsiSecrets.Tests.Providers.Aws.Stores;
using CsiSecrets.Tests.Sync.RealServer.PeerCases;

namespace CsiSecrets.Tests.Sync.RealServer.PeerDefects;

/// <summary>What the peer does wrongly when it reads, done rightly by the whole controller; named as in the list of its defects.</summary>
[Collection(RealServerOfPeerCases.Name)]
public sealed class ReadDefectTests(RealApiServer server)
{
    [Theory]
    [InlineData("Delete")]
    [InlineData("Merge")]
    [PeerCase("D1")]
    public async Task D1_ScheduledForDeletion_IsAbsent(string policy)
    {
        await using RealController controller = await RealController.StartAsync(server);
        controller.Aws.Seed.Secret("a", "1");
        controller.Aws.Seed.Secret("b", "2");
        await controller.PutAsync("ExternalSecret", "app", $$"""
            secretStoreRef: {name: main}
            refreshInterval: 1s
            target: {deletionPolicy: {{policy}}}
            data: [{secretKey: a, remoteRef: {key: a} }, {secretKey: b, remoteRef: {key: b} }]
            """);
        await controller.HoldsAsync("app", ("a", "1"), ("b", "2"));
        controller.Delete("a");
        await controller.HoldsAsync("app", ("b", "2"));
        await controller.SyncedAsync();
    }

    [Fact]
    [PeerCase("D2")]
    public async Task D2_DeniedAmongTheFound_FailsTheSync_AndKeepsItsKey()
    {
        AccessKey? key = null;
        await using RealController controller = await RealController.StartAsync(server, async c =>
        {
            key = await c.KeysAsync("few-keys", "few");
            await c.PutAsync("SecretStore", "few", RealController.StoreOf(secret: "few-keys"));
        });
        controller.Aws.Seed.Secret("app-a", "1");
        controller.Aws.Seed.Secret("app-b", "2");
        await controller.PutAsync("ExternalSecret", "app", """{secretStoreRef: {name: few}, refreshInterval: 1s, dataFrom: [{find: {name: {regexp: "^app-"} } }]}""");
        await controller.HoldsAsync("app", ("app-a", "1"), ("app-b", "2"));

        controller.Aws.State.Credentials.Put(key! with
        {
            Owner = key.Owner with { Policies = [PolicyDocument.AllowAll, PolicyDocument.Deny("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:*:*:secret:app-b-*")] },
        });
        controller.Aws.Seed.Secret("app-a", "3");
        controller.Aws.Seed.Secret("app-b", "4");
        await controller.ReadyAsync("ExternalSecret", "app", "False SecretSyncedError could not get secret data from provider: ");

        Assert.Contains("app-b", await controller.ReadyAsync("ExternalSecret", "app"), StringComparison.Ordinal);
        await controller.HoldsAsync("app", ("app-a", "1"), ("app-b", "2"));
    }

    [Theory]
    [InlineData("")]
    [InlineData(", path: team/")]
    [PeerCase("D3")]
    public async Task D3_FindInAStoreWithAPrefix_ReadsTheNamesAsTheyAreListed(string path)
    {
        await using RealController controller = await RealController.StartAsync(
            server, c => c.PutAsync("SecretStore", "prefixed", RealController.StoreOf(more: "prefix: team/")));
        controller.Aws.Seed.Secret("team/db", "1");
        await controller.PutAsync("ExternalSecret", "app", $$$"""
            secretStoreRef: {name: prefixed}
            data: [{secretKey: one, remoteRef: {key: db} }]
            dataFrom: [{find: {name: {regexp: "db$"}{{{path}}} } }]
            """);
        await controller.HoldsAsync("app", ("one", "1"), ("team_db", "1"));
    }

    [Fact]
    [PeerCase("D12")]
    public async Task D12_FindByTag_KeyAndValueAreOfOneTag()
    {
        await using RealController controller = await RealController.StartAsync(server);
        controller.Aws.Seed.Secret("right", "1", tags: StoreWorld.Tags(("team", "blue")));
        controller.Aws.Seed.Secret("crossed", "2", tags: StoreWorld.Tags(("team", "red"), ("colour", "blue")));
        await controller.PutAsync("ExternalSecret", "app", "{secretStoreRef: {name: main}, dataFrom: [{find: {tags: {team: blue} } }]}");
        await controller.HoldsAsync("app", ("right", "1"));
    }

    [Theory]
    [InlineData("data: [{secretKey: a, remoteRef: {key: source, property: a} }]")]
    [InlineData("dataFrom: [{extract: {key: source} }]")]
    [PeerCase("D18")]
    public async Task D18_MissingSecretOfTheProviderKubernetes_IsAbsence_HoweverItIsAsked(string data)
    {
        string Pem(string file) => Convert.ToBase64String(File.ReadAllBytes(Path.Combine(server.Pki, file)));
        await using RealController controller = await RealController.StartAsync(server, async c =>
        {
            await c.CreateAsync("", "v1", "secrets", "Secret", "login", $$"""{"data":{"crt":"{{Pem("admin.crt")}}","key":"{{Pem("admin.key")}}"} }""");
            await c.CreateAsync("", "v1", "secrets", "Secret", "source", """{"stringData":{"a":"1"}}""");
            await c.PutAsync("SecretStore", "cluster", $$"""
                provider:
                  kubernetes:
                    remoteNamespace: {{c.Ns}}
                    server: {url: "{{server.Server}}", caBundle: {{Pem("ca.crt")}}}
                    auth: {cert: {clientCert: {name: login, key: crt}, clientKey: {name: login, key: key} } }
                """);
        });
        await controller.PutAsync("ExternalSecret", "app", $"{{secretStoreRef: {{name: cluster}}, refreshInterval: 1s, target: {{deletionPolicy: Delete}}, {data}}}");
        await controller.HoldsAsync("app", ("a", "1"));
        await controller.DeleteAsync("Secret", "source");
        await controller.ReadyAsync("ExternalSecret", "app", "True SecretDeleted secret deleted due to DeletionPolicy=Delete");
        Assert.Null(await controller.GetAsync("Secret", "app"));
    }
}
