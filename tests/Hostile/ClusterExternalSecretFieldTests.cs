using System.Text.Json.Nodes;
using CsiSecrets.Tests.Sync;

namespace CsiSecrets.Tests.Hostile;

/// <summary>Every field of a ClusterExternalSecret of its own, spoilt in every way: its condition and an event name the field, and the
/// ExternalSecrets that it made stay. What is below <c>externalSecretSpec</c> is told by them.</summary>
public sealed class ClusterExternalSecretFieldTests(ClusterExternalSecretFieldTests.SharedController shared) : IClassFixture<ClusterExternalSecretFieldTests.SharedController>
{
    private const string Child = """{"secretStoreRef":{"name":"all","kind":"ClusterSecretStore"},"data":[{"secretKey":"password","remoteRef":{"key":"db"}}]}""";

    private static readonly Dictionary<string, string[]> Texts = new()
    {
        ["spec.refreshTime"] = ["soon", "-", "5", "1h\n"],
        ["spec.namespaceSelector.matchExpressions[].key"] = [""],
        ["spec.namespaceSelector.matchExpressions[].operator"] = ["", "in", "Equals", "In\0"],
        ["spec.namespaceSelectors[].matchExpressions[].key"] = [""],
        ["spec.namespaceSelectors[].matchExpressions[].operator"] = ["", "in", "Equals"],
    };

    private static readonly Dictionary<string, string> Exempt = new()
    {
        ["spec.namespaceSelector.matchExpressions[].values[]"] = "a value that no label can have matches none",
        ["spec.namespaceSelectors[].matchExpressions[].values[]"] = "a value that no label can have matches none",
    };

    private static readonly IReadOnlyList<SchemaField> Fields =
        [.. SchemaField.Of("clusterexternalsecrets").Where(static f => !f.Path.StartsWith("spec.externalSecretSpec.", StringComparison.Ordinal))];

    public static TheoryData<string> Paths => [.. Fields.Select(static f => f.Path)];

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task FieldSpoilt_TellsWhich_AndItsChildStays(string path)
    {
        SchemaField field = Fields.Single(f => f.Path == path);
        SpoiltField[] ways =
        [
            .. SpoiltField.Of(field).Where(static s => !IsAllowed(s)),
            .. Texts.GetValueOrDefault(path, []).Select(t => new SpoiltField("text", field.Place, SpoiltField.Quoted(t), field.Place)),
        ];
        foreach (SpoiltField spoilt in ways)
        {
            ControllerUnderTest controller = shared.Controller;
            string name = shared.NextName();
            controller.Put("ClusterExternalSecret", name, $$$"""{"namespaces":["shop"],"externalSecretSpec":{{{Child}}} }""");
            await controller.SyncedAsync(name);
            string child = controller.Api.Get("externalsecrets", ControllerUnderTest.Ns, name)!["spec"]!.ToJsonString();

            controller.Put("ClusterExternalSecret", name, spoilt.In(Around(name)).ToJsonString());
            await ControllerUnderTest.UntilAsync(() => Ready(name).StartsWith("False", StringComparison.Ordinal), $"{path} {spoilt.What} is refused");
            Remains.Says(Ready(name), $"ClusterExternalSecret {name}: ", spoilt.Says);
            Assert.Equal(child, controller.Api.Get("externalsecrets", ControllerUnderTest.Ns, name)!["spec"]!.ToJsonString());
            await controller.PassUntilAsync(
                () => controller.Api.All("events").Any(e => (string?)e["involvedObject"]!["name"] == name && (string?)e["involvedObject"]!["kind"] == "ClusterExternalSecret"),
                TimeSpan.FromMinutes(3), $"an event of {name}");
        }
    }

    [Fact]
    public void EveryFreeText_HasItsCasesOrAReasonWhyNot() =>
        Assert.Empty(Fields.Where(static f => f.IsFree).Select(static f => f.Path).Except(Texts.Keys).Except(Exempt.Keys));

    [Fact]
    public async Task ChildsFieldSpoilt_IsToldByTheChild_AndTheOthersAreServed()
    {
        string name = shared.NextName();
        shared.Controller.Put("ClusterExternalSecret", name, """{"namespaces":["shop"],"externalSecretSpec":{"secretStoreRef":{"name":"all","kind":"ClusterSecretStore"},"refreshInterval":"soon"}}""");
        await shared.Controller.ReadyAsync("False SecretSyncedError", name);
        Remains.Says(shared.Controller.Ready(name: name), $"ExternalSecret shop/{name}", "spec.refreshInterval");
    }

    private static bool IsAllowed(SpoiltField spoilt) => spoilt switch
    {
        { Path: "spec.namespaces[0]" } when spoilt.What.StartsWith("text", StringComparison.Ordinal) => true, // No namespace has such a name: it selects none.
        { Path: "spec.externalSecretName", What: "text " } => true, // Empty is absent.
        { Path: "spec.externalSecretSpec" } when spoilt.What.StartsWith("without", StringComparison.Ordinal) => true, // The child tells.
        _ => false,
    };

    private static JsonObject Around(string name) => (JsonObject)JsonNode.Parse($$$"""
        {"externalSecretName":"{{{name}}}","externalSecretMetadata":{"labels":{"a":"b"},"annotations":{"a":"b"}},"externalSecretSpec":{{{Child}}},
         "namespaceSelector":{"matchLabels":{"a":"b"},"matchExpressions":[{"key":"k","operator":"In","values":["v"]}]},
         "namespaceSelectors":[{"matchLabels":{"a":"b"},"matchExpressions":[{"key":"k","operator":"In","values":["v"]}]}],
         "namespaces":["shop"],"refreshTime":"1h"}
        """)!;

    private string Ready(string name) => shared.Controller.Ready("clusterexternalsecrets", name, "");

    /// <summary>One controller for all cases.</summary>
    public sealed class SharedController : IAsyncLifetime
    {
        private int last;

        internal ControllerUnderTest Controller { get; private set; } = null!;

        public string NextName() => $"many-{Interlocked.Increment(ref last)}";

        public async ValueTask InitializeAsync()
        {
            Controller = await ControllerUnderTest.StartAsync(static c => c.Put("ClusterSecretStore", "all", "provider: {remote: {} }"));
            Controller.Remote.Put("db", "first");
        }

        public ValueTask DisposeAsync() => Controller.DisposeAsync();
    }
}
