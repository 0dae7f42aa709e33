using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsiSecrets.Kube;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Tests.Kube;
using CsiSecrets.Tests.Sync.BothServers;

namespace CsiSecrets.Tests.Sync.RealServer;

/// <summary>Targets that are no Secrets on a real API server: its discovery, its field managers, a custom resource with lists, and its refusals.</summary>
[Collection(RealServerOfControllers.Name)]
public sealed class ObjectTargetTests(RealApiServer server)
{
    private const string Map = "{secretStoreRef: {name: main}, target: {manifest: {apiVersion: v1, kind: ConfigMap} }, data: [{secretKey: password, remoteRef: {key: db} }]}";

    private static readonly ResourceType<AnyObject> ConfigMaps = AnyObject.Type("", "v1", "configmaps", "ConfigMap", true);
    private static readonly ResourceType<AnyObject> Ingresses = AnyObject.Type("networking.k8s.io", "v1", "ingresses", "Ingress", true);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ConfigMap_IsWrittenRepairedAndRemoved()
    {
        await using RealController controller = await StartAsync();
        await controller.PutAsync("ExternalSecret", "app", Map);
        await controller.ReadyAsync("ExternalSecret", "app", "True ResourceSynced secret synced");
        await HoldsAsync(controller, """{"password":"first"}""");
        foreach (string edit in (string[])["""{"data":{"password":"edited"}}""", """{"data":{"more":"x"}}""", """{"data":{"password":null}}""", """{"data":null}"""])
        {
            await controller.Client.PatchAsync(ConfigMaps, new ObjectKey(controller.Ns, "app"), PatchKind.Merge, Encoding.UTF8.GetBytes(edit), Ct);
            await HoldsAsync(controller, """{"password":"first"}""");
        }

        await controller.Client.DeleteAsync(ConfigMaps, new ObjectKey(controller.Ns, "app"), Ct);
        await HoldsAsync(controller, """{"password":"first"}""");

        await controller.MergeAsync("ExternalSecret", "app", """{"spec":{"target":{"name":"next"}}}""");
        await HoldsAsync(controller, """{"password":"first"}""", "next");
        await RealController.UntilAsync(async () => await FindAsync(controller, ConfigMaps, "app") is null, static () => "the old one is gone");
    }

    [Fact]
    public async Task Restart_WritesNothing()
    {
        await using RealController controller = await StartAsync();
        await controller.PutAsync("ExternalSecret", "app", Map);
        await controller.ReadyAsync("ExternalSecret", "app", "True ResourceSynced");
        string before = await VersionAsync(controller);

        await controller.RestartAsync();
        await controller.PutAsync("ExternalSecret", "later", Map);
        await controller.ReadyAsync("ExternalSecret", "later", "True ResourceSynced");

        Assert.Equal(before, await VersionAsync(controller));
    }

    [Fact]
    public async Task SpecWithDefaultsOfTheServer_IsNoDrift_AlsoAfterARestart()
    {
        await using RealController controller = await StartAsync();
        await controller.PutAsync("ExternalSecret", "app", """
            secretStoreRef: {name: main}
            data: [{secretKey: password, remoteRef: {key: db} }]
            target:
              manifest: {apiVersion: networking.k8s.io/v1, kind: Ingress}
              template:
                metadata: {annotations: {password: '{{ .password }}'}}
                templateFrom:
                - target: spec
                  literal: |
                    defaultBackend: {service: {name: web, port: {number: 80}}}
                - target: spec.rules[0]
                  literal: '{host: {{ .password }}.example.com}'
            """);
        await controller.ReadyAsync("ExternalSecret", "app", "True ResourceSynced");
        JsonNode made = (await FindAsync(controller, Ingresses, "app"))!;
        Assert.Equal("first.example.com", (string?)made["spec"]!["rules"]![0]!["host"]);

        await controller.RestartAsync();
        await controller.PutAsync("ExternalSecret", "later", Map);
        await controller.ReadyAsync("ExternalSecret", "later", "True ResourceSynced");
        Assert.Equal((string?)made["metadata"]!["resourceVersion"], (string?)(await FindAsync(controller, Ingresses, "app"))!["metadata"]!["resourceVersion"]);

        await controller.Client.PatchAsync(
            Ingresses, new ObjectKey(controller.Ns, "app"), PatchKind.Merge, """{"spec":{"defaultBackend":{"service":{"port":{"number":81}}}}}"""u8.ToArray(), Ct);
        await RealController.UntilAsync(
            async () => (int?)(await FindAsync(controller, Ingresses, "app"))!["spec"]!["defaultBackend"]!["service"]!["port"]!["number"] == 80, static () => "the repair");
    }

    /// <summary>A list that the server merges by a key, defaults within it, a list that is one value, and a status of somebody else's.</summary>
    [Fact]
    public async Task CustomResource_ItsListsDefaultsAndStatus_AreNoDrift_AndEditsAreRepaired()
    {
        await using RealController controller = await StartAsync();
        await SampleKind.EnsureAsync(controller.Client);
        await controller.PutAsync("ExternalSecret", "app", """
            secretStoreRef: {name: main}
            data: [{secretKey: password, remoteRef: {key: db} }]
            target:
              manifest: {apiVersion: example.com/v1, kind: App}
              template:
                templateFrom:
                - target: spec
                  literal: |
                    hosts: [{name: a, key: {{ .password }}}, {name: b, port: 81}]
                    args: ["--password={{ .password }}", "-v"]
            """);
        await controller.ReadyAsync("ExternalSecret", "app", "True ResourceSynced");
        Assert.Equal(
            """{"args":["--password=first","-v"],"hosts":[{"key":"first","name":"a","port":80},{"name":"b","port":81}],"mode":"plain"}""", await SpecAsync(controller));

        // Its own controller, and somebody who adds what the template does not say.
        await controller.Client.PatchStatusAsync(SampleKind.Type, new ObjectKey(controller.Ns, "app"), """{"status":{"ready":true}}"""u8.ToArray(), Ct);
        await ApplyAsync(controller, """{"hosts":[{"name":"c"}],"mode":"fancy"}""");
        const string whole = """{"args":["--password=first","-v"],"hosts":[{"key":"first","name":"a","port":80},{"name":"b","port":81},{"name":"c","port":80}],"mode":"fancy"}""";
        string before = (string)(await FindAsync(controller, SampleKind.Type, "app"))!["metadata"]!["resourceVersion"]!;
        await controller.RestartAsync();
        await controller.PutAsync("ExternalSecret", "later", Map);
        await controller.ReadyAsync("ExternalSecret", "later", "True ResourceSynced");
        Assert.Equal(whole, await SpecAsync(controller));
        Assert.Equal(before, (string)(await FindAsync(controller, SampleKind.Type, "app"))!["metadata"]!["resourceVersion"]!);

        foreach (string edit in (string[])["""[{"op":"replace","path":"/spec/hosts/0/key","value":"edited"}]""", """[{"op":"remove","path":"/spec/hosts/0"}]""", """[{"op":"add","path":"/spec/args/-","value":"-x"}]"""])
        {
            await controller.Client.PatchAsync(SampleKind.Type, new ObjectKey(controller.Ns, "app"), PatchKind.Json, Encoding.UTF8.GetBytes(edit), Ct);
            await RealController.UntilAsync(async () => Sorted(await SpecAsync(controller)) == Sorted(whole), () => $"the repair after {edit}");
        }

        controller.Aws.Seed.Secret("db", "second");
        await controller.MergeAsync("ExternalSecret", "app", """{"metadata":{"annotations":{"force-sync":"1"}}}""");
        await RealController.UntilAsync(async () => Sorted(await SpecAsync(controller)) == Sorted(whole.Replace("first", "second", StringComparison.Ordinal)), static () => "the new value");
    }

    [Fact]
    public async Task CustomResource_MergeIntoAnElementOfItsList_KeepsTheOthers()
    {
        await using RealController controller = await StartAsync();
        await SampleKind.EnsureAsync(controller.Client);
        await controller.CreateAsync("example.com", "v1", "apps", "App", "one", """{"spec":{"hosts":[{"name":"a"},{"name":"b"}],"args":["-v"]}}""");
        await controller.PutAsync("ExternalSecret", "app", """
            secretStoreRef: {name: main}
            data: [{secretKey: password, remoteRef: {key: db} }]
            target:
              name: one
              creationPolicy: Merge
              manifest: {apiVersion: example.com/v1, kind: App}
              template: {templateFrom: [{target: 'spec.hosts[1]', literal: 'key: {{ .password }}'}]}
            """);
        await controller.ReadyAsync("ExternalSecret", "app", "True ResourceSynced");
        Assert.Equal("""{"args":["-v"],"hosts":[{"name":"a","port":80},{"key":"first","name":"b","port":80}],"mode":"plain"}""", await SpecAsync(controller, "one"));
    }

    [Fact]
    public async Task Merge_OfTwoExternalSecrets_KeepsAllKeys()
    {
        await using RealController controller = await StartAsync();
        await controller.CreateAsync("", "v1", "configmaps", "ConfigMap", "shared", """{"data":{"old":"stays"}}""");
        foreach (string name in (string[])["one", "two"])
        {
            await controller.PutAsync("ExternalSecret", name, $$$"""
                secretStoreRef: {name: main}
                data: [{secretKey: {{{name}}}, remoteRef: {key: db} }]
                target: {name: shared, creationPolicy: Merge, manifest: {apiVersion: v1, kind: ConfigMap} }
                """);
            await controller.ReadyAsync("ExternalSecret", name, "True ResourceSynced");
        }

        await HoldsAsync(controller, """{"old":"stays","one":"first","two":"first"}""", "shared");
    }

    [Theory]
    [InlineData("v1", "Node", "invalid generic target", "is cluster-wide")]
    [InlineData("v1", "Binding", "invalid generic target", "cannot be kept")]
    [InlineData("v1", "Ghost", "could not get target resource", "serves no Ghost of v1")]
    [InlineData("no.example/v1", "Ghost", "could not get target resource", "serves no Ghost of no.example/v1")]
    public async Task KindThatCannotBe_IsNamed(string apiVersion, string kind, string sentence, string why)
    {
        await using RealController controller = await StartAsync();
        await controller.PutAsync("ExternalSecret", "app", Map.Replace("apiVersion: v1, kind: ConfigMap", $"apiVersion: {apiVersion}, kind: {kind}", StringComparison.Ordinal));

        await RealController.UntilAsync(
            async () => await controller.ReadyAsync("ExternalSecret", "app") is { } said && said.Contains(sentence, StringComparison.Ordinal) && said.Contains(why, StringComparison.Ordinal),
            () => $"{sentence} {why}");
    }

    private Task<RealController> StartAsync() => RealController.StartAsync(server, static c =>
    {
        c.Options.Sync.GenericTargets = true;
        c.Aws.Seed.Secret("db", "first");
        return Task.CompletedTask;
    });

    private static async Task<JsonNode?> FindAsync(RealController controller, ResourceType<AnyObject> type, string name) =>
        await controller.Client.GetAsync(type, new ObjectKey(controller.Ns, name), Ct) is { } one ? JsonNode.Parse(JsonSerializer.Serialize(one, AnyObjectJson.Default.AnyObject)) : null;

    /// <summary>In the name of somebody else.</summary>
    private static Task ApplyAsync(RealController controller, string spec) => controller.Client.ApplyBodyAsync(
        SampleKind.Type,
        new ObjectKey(controller.Ns, "app"),
        Encoding.UTF8.GetBytes($$"""{"apiVersion":"{{SampleKind.ApiVersion}}","kind":"{{SampleKind.Kind}}","metadata":{"name":"app"},"spec":{{spec}} }"""),
        "somebody",
        Ct);

    private static async Task<string> SpecAsync(RealController controller, string name = "app") =>
        Ordered((await FindAsync(controller, SampleKind.Type, name))!["spec"]!).ToJsonString();

    /// <summary>The server keeps a list that it merges in the order in which the items came.</summary>
    private static string Sorted(string spec)
    {
        JsonNode all = JsonNode.Parse(spec)!;
        all["hosts"] = new JsonArray([.. all["hosts"]!.AsArray().OrderBy(static h => (string)h!["name"]!, StringComparer.Ordinal).Select(static h => h!.DeepClone())]);
        return all.ToJsonString();
    }

    private static JsonNode Ordered(JsonNode of) => of switch
    {
        JsonObject map => new JsonObject(map.OrderBy(static m => m.Key, StringComparer.Ordinal).Select(static m => KeyValuePair.Create(m.Key, (JsonNode?)Ordered(m.Value!)))),
        JsonArray list => new JsonArray([.. list.Select(static i => Ordered(i!))]),
        _ => of.DeepClone(),
    };

    private static async Task<string> VersionAsync(RealController controller) => (string)(await FindAsync(controller, ConfigMaps, "app"))!["metadata"]!["resourceVersion"]!;

    private static async Task HoldsAsync(RealController controller, string data, string name = "app")
    {
        string? now = null;
        await RealController.UntilAsync(async () => (now = (await FindAsync(controller, ConfigMaps, name))?["data"]?.ToJsonString()) == data, () => $"{name}: {data}, it is {now}");
    }
}
