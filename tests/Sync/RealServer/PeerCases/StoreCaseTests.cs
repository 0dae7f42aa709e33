using System.Text;
using CsiSecrets.Kube;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Tests.Kube;

namespace CsiSecrets.Tests.Sync.RealServer.PeerCases;

/// <summary>The peer's cases of its controller about stores: what fails, whose they are, who may use them.</summary>
[Collection(RealServerOfPeerCases.Name)]
public sealed class StoreCaseTests(RealApiServer server)
{
    private const string Failed = "False SecretSyncedError could not get secret data from provider: ";

    [Fact]
    [PeerCase("error condition when the provider errs")]
    public async Task ProviderErrs_TheConditionSaysWhatAndWhy_AndItIsCounted()
    {
        await using RealController controller = await RealController.StartAsync(server);
        await controller.PutAsync("ExternalSecret", "app", "{secretStoreRef: {name: main}, data: [{secretKey: password, remoteRef: {key: absent} }]}");
        await controller.ReadyAsync("ExternalSecret", "app", Failed);
        Assert.Contains("absent", await controller.ReadyAsync("ExternalSecret", "app"), StringComparison.Ordinal);
        Assert.Null(await controller.GetAsync("Secret", "app"));
        await controller.CountedAsync($"externalsecret_status_condition{{name=\"app\",namespace=\"{controller.Ns}\",condition=\"Ready\",status=\"False\"}} 1");
        Assert.Contains($"externalsecret_sync_calls_error{{name=\"app\",namespace=\"{controller.Ns}\"}} ", controller.Meters.Expose(), StringComparison.Ordinal);
        await controller.EventAsync("Warning UpdateFailed could not get secret data from provider: ");
    }

    [Fact]
    [PeerCase("error condition when the store is missing")]
    public async Task StoreIsMissing_TheConditionNamesIt()
    {
        await using RealController controller = await RealController.StartAsync(server);
        await controller.PutAsync("ExternalSecret", "app", "{secretStoreRef: {name: nobodys}, data: [{secretKey: password, remoteRef: {key: db} }]}");
        await controller.ReadyAsync("ExternalSecret", "app", $"{Failed}SecretStore {controller.Ns}/nobodys: it does not exist");
    }

    [Fact]
    [PeerCase("error condition when the provider's client cannot be made")]
    public async Task ClientCannotBeMade_StoreAndExternalSecretSayWhy()
    {
        await using RealController controller = await RealController.StartAsync(server);
        await controller.PutAsync("SecretStore", "keyless", RealController.StoreOf(secret: "nobodys"));
        await controller.ReadyAsync("SecretStore", "keyless", "False InvalidProviderConfig unable to create client: ");
        await controller.PutAsync("ExternalSecret", "app", "{secretStoreRef: {name: keyless}, data: [{secretKey: password, remoteRef: {key: db} }]}");
        await controller.ReadyAsync("ExternalSecret", "app", $"{Failed}SecretStore {controller.Ns}/keyless: SecretStore \"keyless\" is not ready");
    }

    [Fact]
    [PeerCase("controller class")]
    public async Task StoreOfAnotherController_IsLeftAlone_AndWhatRefersToIt()
    {
        await using RealController controller = await RealController.StartAsync(server);
        await controller.PutAsync("SecretStore", "theirs", "{controller: another, provider: {fake: {data: [{key: k, value: v}]} } }");
        await controller.PutAsync("ExternalSecret", "app", "{secretStoreRef: {name: theirs}, data: [{secretKey: a, remoteRef: {key: k} }]}");
        await controller.LeftAloneAsync();
        Assert.Null((await controller.GetAsync("SecretStore", "theirs"))!["status"]);
    }

    [Fact]
    [PeerCase("cluster stores disabled")]
    public async Task ClusterStoresDisabled_WhatRefersToOneIsLeftAlone()
    {
        string store = $"css-{Guid.NewGuid():N}";
        await using RealController controller = await RealController.StartAsync(server, c =>
        {
            c.Options.Sync.ClusterStores = false;
            return c.PutAsync("ClusterSecretStore", store, "provider: {fake: {data: [{key: k, value: v}]} }");
        });
        await controller.PutAsync("ExternalSecret", "app", $"{{secretStoreRef: {{name: {store}, kind: ClusterSecretStore}}, data: [{{secretKey: a, remoteRef: {{key: k}} }}]}}");
        await controller.LeftAloneAsync();
        await controller.DeleteAsync("ClusterSecretStore", store);
    }

    [Theory]
    [InlineData("none", "", true)]
    [InlineData("another namespace", "[{namespaces: [other]}]", false)]
    [InlineData("several other namespaces", "[{namespaces: [other, more]}]", false)]
    [InlineData("several conditions of other namespaces", "[{namespaces: [other]}, {namespaces: [more]}]", false)]
    [InlineData("this namespace", "[{namespaces: [NS]}]", true)]
    [InlineData("this namespace among others", "[{namespaces: [other, NS]}, {namespaces: [more]}]", true)]
    [InlineData("other labels", "[{namespaceSelector: {matchLabels: {team: red} } }]", false)]
    [InlineData("these labels", "[{namespaceSelector: {matchLabels: {team: blue} } }]", true)]
    [InlineData("labels that match in part", "[{namespaceSelector: {matchLabels: {team: blue, tier: none} } }]", false)]
    [InlineData("one of several labels", "[{namespaceSelector: {matchLabels: {team: red} } }, {namespaceSelector: {matchLabels: {tier: one} } }]", true)]
    [InlineData("several that match", "[{namespaceSelector: {matchLabels: {team: blue} } }, {namespaces: [NS]}]", true)]
    [InlineData("several that do not match", "[{namespaceSelector: {matchLabels: {team: red} } }, {namespaces: [other]}]", false)]
    [InlineData("a regular expression", "[{namespaceRegexes: ['^s-[0-9a-f]+$']}]", true)]
    [InlineData("a regular expression of others", "[{namespaceRegexes: ['^other']}]", false)]
    [PeerCase("conditions of a cluster store")]
    public async Task ConditionsOfAClusterStore(string conditions, string yaml, bool admits)
    {
        Assert.NotEmpty(conditions);
        string store = $"css-{Guid.NewGuid():N}";
        await using RealController controller = await RealController.StartAsync(server, async c =>
        {
            await c.Client.PatchAsync(
                ResourceTypes.Namespaces, new ObjectKey("", c.Ns), PatchKind.Merge, Encoding.UTF8.GetBytes("""{"metadata":{"labels":{"team":"blue","tier":"one"}}}"""), TestContext.Current.CancellationToken);
            string of = yaml.Length > 0 ? $", conditions: {yaml.Replace("NS", c.Ns, StringComparison.Ordinal)}" : "";
            await c.PutAsync("ClusterSecretStore", store, $"{{provider: {{fake: {{data: [{{key: k, value: v}}]}} }}{of}}}");
        });
        await controller.PutAsync("ExternalSecret", "app", $"{{secretStoreRef: {{name: {store}, kind: ClusterSecretStore}}, data: [{{secretKey: a, remoteRef: {{key: k}} }}]}}");
        if (admits)
        {
            await controller.HoldsAsync("app", ("a", "v"));
        }
        else
        {
            await controller.ReadyAsync("ExternalSecret", "app", $"{Failed}ClusterSecretStore {store}: using it from namespace \"{controller.Ns}\" is not allowed: denied by spec.conditions");
            Assert.Null(await controller.GetAsync("Secret", "app"));
        }

        await controller.DeleteAsync("ClusterSecretStore", store);
    }
}
