using System.Text;
using CsiSecrets.Tests.Kube;

namespace CsiSecrets.Tests.Sync.RealServer.PeerCases;

/// <summary>The peer's cases of its controller about what is fetched, and under which keys.</summary>
[Collection(RealServerOfPeerCases.Name)]
public sealed class FetchCaseTests(RealApiServer server)
{
    [Fact]
    [PeerCase("several stores by sourceRef")]
    public async Task SeveralStores_EachEntryOfItsOwn()
    {
        await using RealController controller = await RealController.StartAsync(server);
        controller.Aws.Seed.Secret("db", "first");
        await controller.PutAsync("SecretStore", "more", "provider: {fake: {data: [{key: k, value: v}, {key: map, value: '{\"a\":\"1\"}'}]} }");
        await controller.PutAsync("ExternalSecret", "app", """
            secretStoreRef: {name: main}
            data:
            - {secretKey: password, remoteRef: {key: db} }
            - {secretKey: other, remoteRef: {key: k}, sourceRef: {storeRef: {name: more} } }
            dataFrom: [{extract: {key: map}, sourceRef: {storeRef: {name: more} } }]
            """);
        await controller.HoldsAsync("app", ("a", "1"), ("other", "v"), ("password", "first"));
    }

    [Theory]
    [InlineData("data: [{secretKey: a, remoteRef: {key: db, property: a} }]")]
    [InlineData("dataFrom: [{extract: {key: db} }]")]
    [PeerCase("refreshes a value when the provider's changes")]
    [PeerCase("refreshes a map when the provider's changes")]
    public async Task NewValue_IsTakenAtTheInterval(string data)
    {
        await using RealController controller = await SyncedAsync(data, """{"a":"1"}""");
        await controller.HoldsAsync("app", ("a", "1"));
        controller.Aws.Seed.Secret("db", """{"a":"2"}""");
        await controller.HoldsAsync("app", ("a", "2"));
    }

    [Fact]
    [PeerCase("dataFrom")]
    public async Task Extract_EachMemberIsAKey_OfANameThatFits()
    {
        await using RealController controller = await SyncedAsync("dataFrom: [{extract: {key: db} }]", """{"user":"u","a/b":{"n":1}}""");
        await controller.HoldsAsync("app", ("a_b", """{"n":1}"""), ("user", "u"));
    }

    [Fact]
    [PeerCase("rewrite of dataFrom")]
    public async Task ExtractAndRewrite_RegexpsInTheirOrder_AndATransform()
    {
        await using RealController controller = await SyncedAsync(
            """dataFrom: [{extract: {key: db}, rewrite: [{regexp: {source: "^(.*)$", target: "my_$1"} }, {regexp: {source: "user", target: "login"} }, {transform: {template: "{{ .value | upper }}"} }] }]""",
            """{"user":"u","pw":"p"}""");
        await controller.HoldsAsync("app", ("MY_LOGIN", "u"), ("MY_PW", "p"));
    }

    [Theory]
    [InlineData("""dataFrom: [{extract: {key: db}, rewrite: [{regexp: {source: "x", target: "y"} }] }]""")]
    [InlineData("""dataFrom: [{find: {name: {regexp: "^a/b$"} }, rewrite: [{regexp: {source: "x", target: "y"} }] }]""")]
    [PeerCase("no conversion of extract when rewritten")]
    [PeerCase("no conversion of find when rewritten")]
    public async Task Rewritten_KeysThatDoNotFitAreAnError(string data)
    {
        await using RealController controller = await RealController.StartAsync(server);
        controller.Aws.Seed.Secret("db", """{"a/b":"1"}""");
        controller.Aws.Seed.Secret("a/b", "1");
        await controller.PutAsync("ExternalSecret", "app", $"{{secretStoreRef: {{name: main}}, {data}}}");
        await controller.ReadyAsync("ExternalSecret", "app", "False SecretSyncedError could not get secret data from provider: ");
        Assert.Contains("a/b", await controller.ReadyAsync("ExternalSecret", "app"), StringComparison.Ordinal);
        Assert.Null(await controller.GetAsync("Secret", "app"));
    }

    [Fact]
    [PeerCase("find")]
    public async Task Find_EachFoundSecretIsAKey()
    {
        await using RealController controller = await SyncedAsync("""dataFrom: [{find: {name: {regexp: "^(db|a/b)$"} } }]""", "first");
        await controller.HoldsAsync("app", ("a_b", "found"), ("db", "first"));
    }

    [Fact]
    [PeerCase("rewrite of find")]
    public async Task FindAndRewrite()
    {
        await using RealController controller = await SyncedAsync(
            """dataFrom: [{find: {name: {regexp: "^(db|a/b)$"} }, rewrite: [{regexp: {source: "/", target: "-"} }, {regexp: {source: "^(.*)$", target: "my-$1"} }] }]""", "first");
        await controller.HoldsAsync("app", ("my-a-b", "found"), ("my-db", "first"));
    }

    [Theory]
    [InlineData("", "data: [{secretKey: a, remoteRef: {key: nul} }]")]
    [InlineData("nullBytePolicy: Ignore", "data: [{secretKey: a, remoteRef: {key: nul, nullBytePolicy: Ignore} }]")]
    [PeerCase("nullBytePolicy Ignore")]
    public async Task NullByte_Ignored_IsAByteAsAnyOther(string policy, string data)
    {
        Assert.True(policy.Length == 0 || data.Contains(policy, StringComparison.Ordinal));
        await using RealController controller = await NullAsync(data);
        await controller.HoldsAsync("app", ("a", "x\0y"));
    }

    [Theory]
    [InlineData("data: [{secretKey: a, remoteRef: {key: nul, nullBytePolicy: Fail} }]")]
    [InlineData("dataFrom: [{extract: {key: map, nullBytePolicy: Fail} }]")]
    [InlineData("""dataFrom: [{find: {name: {regexp: "^nul$"}, nullBytePolicy: Fail} }]""")]
    [PeerCase("nullBytePolicy Fail of data")]
    [PeerCase("nullBytePolicy Fail of dataFrom")]
    public async Task NullByte_Refused_FailsTheSync_AndNothingIsMade(string data)
    {
        await using RealController controller = await NullAsync(data);
        await controller.ReadyAsync("ExternalSecret", "app", "False SecretSyncedError could not get secret data from provider: ");
        Assert.Contains("the value contains a NUL byte", await controller.ReadyAsync("ExternalSecret", "app"), StringComparison.Ordinal);
        Assert.Null(await controller.GetAsync("Secret", "app"));
    }

    private async Task<RealController> NullAsync(string data)
    {
        RealController controller = await RealController.StartAsync(server);
        controller.Aws.Seed.Secret("nul", null, Encoding.UTF8.GetBytes("x\0y"));
        controller.Aws.Seed.Secret("map", """{"a":"x\u0000y"}""");
        await controller.PutAsync("ExternalSecret", "app", $"{{secretStoreRef: {{name: main}}, {data}}}");
        return controller;
    }

    private async Task<RealController> SyncedAsync(string data, string value)
    {
        RealController controller = await RealController.StartAsync(server);
        controller.Aws.Seed.Secret("db", value);
        controller.Aws.Seed.Secret("a/b", "found");
        await controller.PutAsync("ExternalSecret", "app", $"secretStoreRef: {{name: main}}\nrefreshInterval: 1s\n{data}");
        await controller.SyncedAsync();
        return controller;
    }
}
