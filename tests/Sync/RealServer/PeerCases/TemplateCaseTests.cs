using System.Text.Json.Nodes;
using CsiSecrets.Tests.Kube;

namespace CsiSecrets.Tests.Sync.RealServer.PeerCases;

/// <summary>The peer's cases of its controller about templates.</summary>
[Collection(RealServerOfPeerCases.Name)]
public sealed class TemplateCaseTests(RealApiServer server)
{
    private const string Data = "data: [{secretKey: password, remoteRef: {key: db} }]";

    [Fact]
    [PeerCase("template")]
    [PeerCase("template engine v2")]
    public async Task Template_OfValuesLabelsAndAnnotations_WithTypeAndEngine()
    {
        await using RealController controller = await SyncedAsync(
            "engineVersion: v2, type: example.com/conf, metadata: {labels: {team: '{{ .password | upper }}'}, annotations: {note: one} }, data: {conf: 'pw={{ .password }}'}");
        await controller.HoldsAsync("app", ("conf", "pw=first"));
        JsonNode secret = (await controller.GetAsync("Secret", "app"))!;
        Assert.Equal("example.com/conf", (string?)secret["type"]);
        Assert.Equal(("FIRST", "one"), ((string?)secret["metadata"]!["labels"]!["team"], (string?)secret["metadata"]!["annotations"]!["note"]));
    }

    [Fact]
    [PeerCase("template precedence of values")]
    public async Task Precedence_DataOverSecretsOverConfigMaps_InTheirOrder()
    {
        await using RealController controller = await RealController.StartAsync(server);
        controller.Aws.Seed.Secret("db", "first");
        await controller.CreateAsync("", "v1", "configmaps", "ConfigMap", "texts", """{"data":{"a":"map {{ .password }}","b":"map","c":"map"}}""");
        await controller.CreateAsync("", "v1", "secrets", "Secret", "more", """{"stringData":{"b":"secret","c":"secret"}}""");
        await controller.PutAsync("ExternalSecret", "app", $$$"""
            secretStoreRef: {name: main}
            target:
              template:
                templateFrom:
                - configMap: {name: texts, items: [{key: a}, {key: b}, {key: c}]}
                - secret: {name: more, items: [{key: b}, {key: c}]}
                data: {c: "data {{ .password }}"}
            {{{Data}}}
            """);
        await controller.HoldsAsync("app", ("a", "map first"), ("b", "secret"), ("c", "data first"));
    }

    [Fact]
    [PeerCase("template from keys and values")]
    public async Task KeysAndValues_TheRenderedTextIsAMapOfThem()
    {
        await using RealController controller = await RealController.StartAsync(server);
        controller.Aws.Seed.Secret("db", "first");
        await controller.CreateAsync("", "v1", "configmaps", "ConfigMap", "texts", """{"data":{"pairs":"{{ .password }}-key: {{ .password }}-value\nother: x"}}""");
        await controller.PutAsync("ExternalSecret", "app", $$$"""
            secretStoreRef: {name: main}
            target: {template: {templateFrom: [{configMap: {name: texts, items: [{key: pairs, templateAs: KeysAndValues}]} }]} }
            {{{Data}}}
            """);
        await controller.HoldsAsync("app", ("first-key", "first-value"), ("other", "x"));
    }

    [Fact]
    [PeerCase("template from a literal")]
    public async Task Literal_OfDataLabelsAndAnnotations()
    {
        await using RealController controller = await SyncedAsync(
            "templateFrom: [{literal: 'key: {{ .password }}'}, {target: Labels, literal: 'team: {{ .password }}'}, {target: Annotations, literal: 'note: {{ .password }}'}]");
        await controller.HoldsAsync("app", ("key", "first"));
        JsonNode meta = (await controller.GetAsync("Secret", "app"))!["metadata"]!;
        Assert.Equal(("first", "first"), ((string?)meta["labels"]!["team"], (string?)meta["annotations"]!["note"]));
    }

    [Fact]
    [PeerCase("template follows the ExternalSecret")]
    public async Task EditedTemplate_ReplacesWhatTheOldOneMade()
    {
        await using RealController controller = await SyncedAsync("data: {conf: 'pw={{ .password }}'}");
        await controller.HoldsAsync("app", ("conf", "pw=first"));
        await controller.MergeAsync("ExternalSecret", "app", """{"spec":{"target":{"template":{"data":{"conf":null,"other":"now {{ .password }}"}}}}}""");
        await controller.HoldsAsync("app", ("other", "now first"));
    }

    [Fact]
    [PeerCase("template mergePolicy Merge")]
    public async Task MergePolicy_TheValuesThemselvesStayBeside()
    {
        await using RealController controller = await SyncedAsync("mergePolicy: Merge, data: {conf: 'pw={{ .password }}'}");
        await controller.HoldsAsync("app", ("conf", "pw=first"), ("password", "first"));
    }

    [Fact]
    [PeerCase("template is refreshed")]
    public async Task NewValue_IsRendered_AndMetadataOfOthersStay()
    {
        await using RealController controller = await SyncedAsync("metadata: {labels: {team: x} }, data: {conf: 'pw={{ .password }}'}");
        await controller.Others.EditAsync("app", "somebody", """{"metadata":{"labels":{"theirs":"1"}}}""");
        controller.Aws.Seed.Secret("db", "second");
        await controller.HoldsAsync("app", ("conf", "pw=second"));
        JsonNode labels = (await controller.GetAsync("Secret", "app"))!["metadata"]!["labels"]!;
        Assert.Equal(("x", "1"), ((string?)labels["team"], (string?)labels["theirs"]));
    }

    [Fact]
    [PeerCase("template of metadata only")]
    public async Task MetadataOnly_TheDataAreTheValues()
    {
        await using RealController controller = await SyncedAsync("metadata: {labels: {team: x}, annotations: {note: one} }");
        await controller.HoldsAsync("app", ("password", "first"));
        JsonNode meta = (await controller.GetAsync("Secret", "app"))!["metadata"]!;
        Assert.Equal(("x", "one"), ((string?)meta["labels"]!["team"], (string?)meta["annotations"]!["note"]));
    }

    [Fact]
    [PeerCase("template of dataFrom")]
    public async Task ExtractedValues_AreRendered()
    {
        await using RealController controller = await SyncedAsync("data: {conf: '{{ .user }}/{{ .pw }}'}", """{"user":"u","pw":"p"}""", "dataFrom: [{extract: {key: db} }]");
        await controller.HoldsAsync("app", ("conf", "u/p"));
    }

    [Fact]
    [PeerCase("template of a map is refreshed")]
    public async Task NewMap_IsRendered()
    {
        await using RealController controller = await SyncedAsync("data: {conf: '{{ .user }}/{{ .pw }}'}", """{"user":"u","pw":"p"}""", "dataFrom: [{extract: {key: db} }]");
        controller.Aws.Seed.Secret("db", """{"user":"u","pw":"new"}""");
        await controller.HoldsAsync("app", ("conf", "u/new"));
    }

    private async Task<RealController> SyncedAsync(string template, string value = "first", string data = Data)
    {
        RealController controller = await RealController.StartAsync(server);
        controller.Aws.Seed.Secret("db", value);
        await controller.PutAsync("ExternalSecret", "app", $$$"""
            secretStoreRef: {name: main}
            refreshInterval: 1s
            target: {template: {{{{template}}} } }
            {{{data}}}
            """);
        await controller.SyncedAsync();
        return controller;
    }
}
