using System.Text.Json.Nodes;
using CsiSecrets.Csi.Wire;
using CsiSecrets.JsonQuery;
using CsiSecrets.Tests.Fakes;
using CsiSecrets.Tests.Harness;
using Grpc.Core;

namespace CsiSecrets.Tests.Volumes;

/// <summary>An ExternalSecret as a volume: its rendered keys are files, and nothing is written to etcd.</summary>
public sealed class ExternalSecretVolumeTests : IAsyncLifetime
{
    private const string Json = """{"username":"admin","password":"first","port":"5432"}""";

    private NodeUnderTest node = null!;

    public async ValueTask InitializeAsync()
    {
        node = await NodeUnderTest.StartAsync();
        foreach (string kind in (string[])["ExternalSecret", "SecretStore", "ClusterSecretStore"])
        {
            node.Api.Serve(new FakeKubeApiKind("external-secrets.io/v1", kind.ToLowerInvariant() + "s", kind, kind != "ClusterSecretStore"));
        }

        node.Secrets.Put("prod/db", Json);
        Store("secretstores", "shop", "main");
    }

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Fact]
    public async Task Keys_OfDataAndTemplate_AreFiles_AndNoSecretIsWritten()
    {
        ExternalSecret("""
            secretStoreRef: {name: main}
            target: {template: {mergePolicy: Merge, data: {db.properties: "USER={{ .user }}\nPASSWORD={{ .pass }}\n"}}}
            data:
            - {secretKey: user, remoteRef: {key: prod/db, property: username}}
            - {secretKey: pass, remoteRef: {key: prod/db, property: password}}
            """);
        PodUnderTest pod = Pod();

        await PublishAsync(pod);

        Assert.Equal(["db.properties", "pass", "user"], pod.Files());
        Assert.Equal("USER=admin\nPASSWORD=first\n", pod.Read("db.properties"));
        Assert.Equal(["read prod/db"], node.Secrets.Calls);
        await Wait.UntilAsync(() => node.Cluster.Status(pod) is not null, "the pod status");
        Assert.Equal(["create secretproviderclasspodstatuses"], node.Cluster.Writes());
        Assert.DoesNotContain("first", node.StateText());
        Assert.DoesNotContain("first", node.Cluster.Status(pod)!.ToJsonString());
    }

    [Fact]
    public async Task RemoteValueChanges_WithTheInterval_FilesFollow()
    {
        ExternalSecret("""
            secretStoreRef: {name: main}
            refreshInterval: 5m
            target: {template: {data: {line: "{{ .password }}"}}}
            dataFrom: [{extract: {key: prod/db}}]
            """);
        PodUnderTest pod = Pod();
        await PublishAsync(pod);
        node.Secrets.Put("prod/db", Json.Replace("first", "second"));

        await node.PassAsync(TimeSpan.FromMinutes(4));
        Assert.Equal("first", pod.Read("line"));
        await node.PassAsync(TimeSpan.FromMinutes(2));

        Assert.Equal("second", pod.Read("line"));
        await Wait.UntilAsync(() => node.Cluster.Events(pod).Any(e => e.StartsWith("Normal MountRotationComplete", StringComparison.Ordinal)), "the event");
    }

    [Fact]
    public async Task UnchangedValue_AtTheInterval_IsProbedAndNotRead()
    {
        ExternalSecret("""
            secretStoreRef: {name: main}
            refreshInterval: 5m
            data: [{secretKey: all, remoteRef: {key: prod/db} }]
            """);
        PodUnderTest pod = Pod();
        await PublishAsync(pod);

        await node.PassAsync(TimeSpan.FromMinutes(6));

        Assert.Equal(["read prod/db", "probe prod/db"], node.Secrets.Calls);
    }

    [Fact]
    public async Task AfterARestart_NothingIsFetchedThatIsNotDue()
    {
        ExternalSecret("""
            secretStoreRef: {name: main}
            data: [{secretKey: all, remoteRef: {key: prod/db} }]
            """);
        PodUnderTest pod = Pod();
        await PublishAsync(pod);

        await node.RestartAsync();
        await PublishAsync(pod);
        await node.PassAsync(TimeSpan.FromMinutes(2));

        Assert.Equal(Json, pod.Read("all"));
        Assert.Equal(["read prod/db"], node.Secrets.Calls);
    }

    [Theory]
    [InlineData("refreshInterval: \"0\"")]
    [InlineData("refreshPolicy: OnChange")]
    [InlineData("refreshPolicy: CreatedOnce")]
    [InlineData("refreshInterval: 1m\nsyncWindows: {kind: deny, windows: [{schedule: \"@daily\", duration: 24h}]}")]
    public async Task NoRefreshByTheClock_WherePolicyIntervalOrWindowsForbidIt(string refresh)
    {
        ExternalSecret($$"""
            secretStoreRef: {name: main}
            {{refresh}}
            data: [{secretKey: all, remoteRef: {key: prod/db} }]
            """);
        PodUnderTest pod = Pod();
        await PublishAsync(pod);
        node.Secrets.Put("prod/db", "changed");

        await node.PassAsync(TimeSpan.FromMinutes(30), TimeSpan.FromSeconds(10));

        Assert.Equal(Json, pod.Read("all"));
        Assert.Equal(["read prod/db"], node.Secrets.Calls);
    }

    [Fact]
    public async Task WindowCloses_WhileARefreshFails_ItWaitsForTheNext()
    {
        ExternalSecret("""
            secretStoreRef: {name: main}
            refreshInterval: 1m
            syncWindows: {kind: allow, windows: [{schedule: "0 8 * * *", duration: 10m}]}
            data: [{secretKey: all, remoteRef: {key: prod/db} }]
            """);
        PodUnderTest pod = Pod();
        await PublishAsync(pod);
        node.Secrets.Fail = static asked => asked == "prod/db" ? new Model.SecretsException(Model.FailureReason.ProviderUnavailable, asked, "as the test wants", "") : null;
        await node.PassAsync(TimeSpan.FromMinutes(9));

        node.Time.Advance(TimeSpan.FromMinutes(3));
        await node.Engine.Rotation.RunDueAsync(TestContext.Current.CancellationToken);

        DateTimeOffset next = node.Engine.Schedule.NextDue(node.Engine.Store.Find(pod.VolumeId)!.State);
        Assert.Equal(new DateTimeOffset(2026, 3, 3, 8, 0, 0, TimeSpan.Zero), next);
    }

    [Theory]
    [InlineData("refreshInterval: \"0\"", "changed")]
    [InlineData("refreshPolicy: OnChange", "changed")]
    [InlineData("refreshPolicy: CreatedOnce", Json)]
    public async Task AnnotationOnTheExternalSecret_AsksForASync_UnlessCreatedOnce(string refresh, string expected)
    {
        ExternalSecret($$"""
            secretStoreRef: {name: main}
            {{refresh}}
            data: [{secretKey: all, remoteRef: {key: prod/db} }]
            """);
        PodUnderTest pod = Pod();
        await PublishAsync(pod);
        node.Secrets.Put("prod/db", "changed");

        node.Cluster.Annotate("externalsecrets", "shop", "app", "force-sync", "1");

        if (expected == Json)
        {
            await node.PassAsync(TimeSpan.FromMinutes(1));
        }
        else
        {
            await node.PassUntilAsync(() => pod.Read("all") == expected, TimeSpan.FromMinutes(1), "the new value");
        }

        Assert.Equal(expected, pod.Read("all"));
    }

    [Fact]
    public async Task StatusOfTheExternalSecret_WrittenByAController_RefreshesNothing()
    {
        ExternalSecret("""
            secretStoreRef: {name: main}
            data: [{secretKey: all, remoteRef: {key: prod/db} }]
            """);
        PodUnderTest pod = Pod();
        await PublishAsync(pod);
        JsonObject there = node.Api.Get("externalsecrets", "shop", "app")!;
        there["status"] = new JsonObject { ["refreshTime"] = "2026-03-02T08:00:00Z" };
        there["metadata"]!["generation"] = 1;
        node.Api.Put("externalsecrets", there.ToJsonString());

        await node.PassAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(["read prod/db"], node.Secrets.Calls);
    }

    [Fact]
    public async Task ClusterSecretStore_WhoseConditionsExcludeTheNamespace_IsRefused()
    {
        Store("clustersecretstores", "", "main", """{"conditions":[{"namespaces":["other"]}],"provider":{"remote":{} } }""");
        ExternalSecret("""
            secretStoreRef: {name: main, kind: ClusterSecretStore}
            data: [{secretKey: all, remoteRef: {key: prod/db} }]
            """);
        PodUnderTest pod = Pod();

        string message = await pod.PublishFailsAsync(StatusCode.PermissionDenied, AsExternalSecret);

        Assert.Contains("ClusterSecretStore main", message);
        Assert.Empty(node.Secrets.Calls);
        Assert.False(Directory.Exists(pod.TargetPath));
    }

    [Fact]
    public async Task ManifestGone_OnALiveVolume_KeepsTheFiles()
    {
        ExternalSecret("""
            secretStoreRef: {name: main}
            refreshInterval: 1m
            data: [{secretKey: all, remoteRef: {key: prod/db} }]
            """);
        PodUnderTest pod = Pod();
        await PublishAsync(pod);
        node.Api.Delete("externalsecrets", "shop", "app");

        await node.PassUntilAsync(() => node.Engine.Store.All.Any(v => v.State.Failure is not null), TimeSpan.FromMinutes(5), "the failed refresh");

        Assert.Equal(Json, pod.Read("all"));
        Assert.True((await pod.StatsAsync()).VolumeCondition.Abnormal);
    }

    [Theory]
    [InlineData("Retain", false)]
    [InlineData("Merge", true)]
    [InlineData("Delete", true)]
    public async Task KeyAbsentAtTheProvider_IsDroppedOnlyWhereThePolicySaysSo(string policy, bool dropped)
    {
        node.Secrets.Put("extra", "x");
        ExternalSecret($$"""
            secretStoreRef: {name: main}
            refreshInterval: 1m
            target: {deletionPolicy: {{policy}}}
            data:
            - {secretKey: all, remoteRef: {key: prod/db} }
            - {secretKey: extra, remoteRef: {key: extra} }
            """);
        PodUnderTest pod = Pod();
        await PublishAsync(pod);
        node.Secrets.Remove("extra");

        await node.PassAsync(TimeSpan.FromMinutes(2));

        Assert.Equal(dropped ? ["all"] : ["all", "extra"], pod.Files());
    }

    [Fact]
    public async Task ErrorAtTheProvider_NeverDropsAFile()
    {
        ExternalSecret("""
            secretStoreRef: {name: main}
            refreshInterval: 1m
            target: {deletionPolicy: Delete}
            data: [{secretKey: all, remoteRef: {key: prod/db} }]
            """);
        PodUnderTest pod = Pod();
        await PublishAsync(pod);
        node.Secrets.Fail = name => name == "prod/db" ? new Model.SecretsException(Model.FailureReason.AccessDenied, name, "denied", "allow it") : null;

        await node.PassAsync(TimeSpan.FromMinutes(3));

        Assert.Equal(["all"], pod.Files());
    }

    [Fact]
    public async Task BothAttributes_AreRefused()
    {
        PodUnderTest pod = Pod();

        string message = await pod.PublishFailsAsync(StatusCode.InvalidArgument, r => r.VolumeContext["externalSecret"] = "app");

        Assert.Contains("not both", message);
    }

    [Fact]
    public async Task NodeWithoutTheRight_SaysWhichComponentGrantsIt()
    {
        node.Api.Fault = route => route.Resource == "externalsecrets" ? new FakeKubeApiFault { Code = 403 } : null;
        PodUnderTest pod = Pod();

        string message = await pod.PublishFailsAsync(StatusCode.PermissionDenied, AsExternalSecret);

        Assert.Contains("component external-secrets", message);
    }

    private static void AsExternalSecret(NodePublishVolumeRequest request)
    {
        request.VolumeContext.Remove("secretProviderClass");
        request.VolumeContext["externalSecret"] = "app";
    }

    private static Task PublishAsync(PodUnderTest pod) => pod.PublishAsync(AsExternalSecret);

    /// <summary>Its class name is how the pod status calls it.</summary>
    private PodUnderTest Pod() => node.Pod("shop", "web", "es-app");

    private void Store(string resource, string ns, string name, string spec = """{"provider":{"remote":{} } }""") =>
        node.Api.Put(resource, $$"""{"metadata":{"namespace":"{{ns}}","name":"{{name}}","generation":1},"spec":{{spec}} }""");

    private void ExternalSecret(string yaml)
    {
        string spec = System.Text.Encoding.UTF8.GetString(YamlText.ToJson(System.Text.Encoding.UTF8.GetBytes(yaml))[0]);
        node.Api.Put("externalsecrets", $$"""{"metadata":{"namespace":"shop","name":"app","generation":1},"spec":{{spec}} }""");
    }
}
