using System.Text;
using System.Text.Json;
using CsiSecrets.JsonQuery;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Model.Manifests.ExternalSecrets;
using CsiSecrets.Resolution.ExternalSecrets;

namespace CsiSecrets.Tests.Resolution.ExternalSecrets;

public sealed class StoreGateTests
{
    private static readonly StoreGate Gate = new("default", requireReady: false);

    [Theory]
    [InlineData("", true)]
    [InlineData("conditions: []", true)]
    [InlineData("conditions: [{}]", false)]
    [InlineData("conditions: [{namespaces: [other]}]", false)]
    [InlineData("conditions: [{namespaces: [other]}, {namespaces: [shop]}]", true)]
    [InlineData("conditions: [{namespaceSelector: {matchLabels: {team: a}}}]", true)]
    [InlineData("conditions: [{namespaceSelector: {matchLabels: {team: b}}}]", false)]
    [InlineData("conditions: [{namespaceSelector: {}}]", true)]
    [InlineData("conditions: [{namespaceSelector: {matchExpressions: [{key: team, operator: In, values: [a, b]}]}}]", true)]
    [InlineData("conditions: [{namespaceRegexes: ['^sh']}]", true)]
    [InlineData("conditions: [{namespaceRegexes: ['ho']}]", true)]
    [InlineData("conditions: [{namespaceRegexes: ['^op$']}]", false)]
    [InlineData("conditions: [{namespaces: [other], namespaceRegexes: ['^x'], namespaceSelector: {matchLabels: {team: a}}}]", true)]
    public void Require_Conditions_AreAlternatives(string spec, bool admitted)
    {
        Exception? e = Record.Exception(() => Gate.Require(Store(spec), Shop()));

        Assert.Equal(admitted ? null : FailureReason.StoreForbidden, (e as SecretsException)?.Reason);
    }

    [Fact]
    public void Require_BadPattern_IsStoreInvalidEvenWhereAnotherMatches()
    {
        SecretsException e = Manifest.Fails(() => Gate.Require(Store("conditions: [{namespaces: [shop], namespaceRegexes: [a, '(']}]"), Shop()));

        Assert.Equal(FailureReason.StoreInvalid, e.Reason);
        Assert.Contains("ClusterSecretStore c: spec.conditions[0].namespaceRegexes[1]: error parsing regexp", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("shop", true)]
    [InlineData("other", false)]
    public void Require_SecretStore_ServesItsOwnNamespaceOnly(string ns, bool admitted)
    {
        var store = new SecretStore { Metadata = new ObjectMeta { Namespace = ns, Name = "s" } };

        Assert.Equal(admitted, Record.Exception(() => Gate.Require(store, Shop())) is null);
    }

    [Theory]
    [InlineData("True", true)]
    [InlineData("False", false)]
    [InlineData("Unknown", false)]
    public void Require_Ready_WhereItIsAskedFor(string status, bool admitted)
    {
        ClusterSecretStore store = Store("") with
        {
            Status = new StoreStatus { Conditions = [new StatusCondition { Type = "Ready", Status = status, Message = "unable to create client" }] },
        };
        var e = Record.Exception(() => new StoreGate("default", requireReady: true).Require(store, Shop())) as SecretsException;

        Assert.Equal(admitted, e is null);
        Assert.Equal(
            admitted ? null : "ClusterSecretStore c: ClusterSecretStore \"c\" is not ready (unable to create client): look at the store's status and events", e?.Message);
        Assert.Null(Record.Exception(() => Gate.Require(store, Shop())));
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("", true)]
    [InlineData("default", true)]
    [InlineData("other", false)]
    public void IsOurs_ByControllerClass(string? controller, bool ours) => Assert.Equal(ours, Gate.IsOurs(new StoreSpec { Controller = controller }));

    private static Namespace Shop() =>
        new() { Metadata = new ObjectMeta { Name = "shop", Labels = new Dictionary<string, string> { ["team"] = "a" } } };

    private static ClusterSecretStore Store(string spec) => JsonSerializer.Deserialize(
        YamlText.ToJson(Encoding.UTF8.GetBytes($"metadata: {{name: c}}\nspec:\n  controller: default\n  {spec}"))[0],
        ManifestJson.Default.ClusterSecretStore)!;
}
