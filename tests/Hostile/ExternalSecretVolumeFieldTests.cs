using System.Text.Json.Nodes;
using CsiSecrets.Tests.Fakes;
using CsiSecrets.Tests.Harness;
using Grpc.Core;

namespace CsiSecrets.Tests.Hostile;

/// <summary>Each field of an ExternalSecret and of a store spoilt, and the ExternalSecret mounted as a volume: refused with the field's name,
/// nothing fetched, nothing left.</summary>
public sealed class ExternalSecretVolumeFieldTests(ExternalSecretVolumeFieldTests.SharedNode shared) : IClassFixture<ExternalSecretVolumeFieldTests.SharedNode>
{
    public static TheoryData<string> Paths => HostileExternalSecret.Paths;

    public static TheoryData<string> StorePaths => HostileStore.ConditionPaths;

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task FirstMount_FieldSpoilt_SaysWhichAndLeavesNothing(string path)
    {
        foreach (SpoiltField spoilt in HostileExternalSecret.Ways(path).DistinctBy(static s => s.What.Split(' ')[0]))
        {
            string name = shared.NextName();
            shared.Put("externalsecrets", "shop", name, spoilt.In(HostileExternalSecret.Around(spoilt.Path, name)));
            await RefusedAsync(name, $"ExternalSecret shop/{name}", spoilt.Says);
        }
    }

    [Theory]
    [MemberData(nameof(StorePaths))]
    public async Task FirstMount_StoreSpoilt_SaysWhichAndLeavesNothing(string path)
    {
        foreach (SpoiltField spoilt in HostileStore.Ways(path).DistinctBy(static s => s.What.Split(' ')[0]))
        {
            string name = shared.NextName();
            shared.Put("clustersecretstores", "", name, spoilt.In(HostileStore.Around()));
            shared.Put("externalsecrets", "shop", name, Good(name, "ClusterSecretStore"));
            await RefusedAsync(name, $"ClusterSecretStore {name}", spoilt.Says);
        }
    }

    [Fact]
    public async Task LiveVolume_ManifestSpoilt_KeepsItsFilesAndTells()
    {
        string name = shared.NextName();
        shared.Put("externalsecrets", "shop", name, Good("main", "SecretStore"));
        PodUnderTest pod = shared.Node.Pod("shop", "web", "es-" + name);
        await pod.PublishAsync(r => As(r, name));
        shared.Put("externalsecrets", "shop", name, (JsonObject)JsonNode.Parse("""{"secretStoreRef":{"name":"main"},"data":"text"}""")!);
        await shared.Node.PassUntilAsync(() => shared.Node.Engine.Store.All.Any(v => v.State.Failure is not null), TimeSpan.FromMinutes(5), "the failed refresh");
        await Remains.KeptAsync(pod, "password", "first", "spec.data");
        await pod.UnpublishAsync();
        Remains.None(shared.Node, pod);
    }

    private static JsonObject Good(string store, string kind) =>
        (JsonObject)JsonNode.Parse($$$"""{"secretStoreRef":{"name":"{{{store}}}","kind":"{{{kind}}}"},"data":[{"secretKey":"password","remoteRef":{"key":"db"}}]}""")!;

    private static void As(CsiSecrets.Csi.Wire.NodePublishVolumeRequest request, string name)
    {
        request.VolumeContext.Remove("secretProviderClass");
        request.VolumeContext["externalSecret"] = name;
    }

    private async Task RefusedAsync(string name, params string[] parts)
    {
        int calls = shared.Node.Secrets.Calls.Count;
        PodUnderTest pod = shared.Node.Pod("shop", "web", "es-" + name);
        string message = await pod.PublishFailsAsync(StatusCode.InvalidArgument, r => As(r, name));
        Remains.Says(message, parts);
        Remains.None(shared.Node, pod);
        Assert.Equal(calls, shared.Node.Secrets.Calls.Count);
    }

    /// <summary>One node for all cases.</summary>
    public sealed class SharedNode : IAsyncLifetime
    {
        private int last;

        internal NodeUnderTest Node { get; private set; } = null!;

        public string NextName() => $"app-{Interlocked.Increment(ref last)}";

        internal void Put(string resource, string ns, string name, JsonNode spec)
        {
            JsonNode? there = Node.Api.Get(resource, ns, name)?["metadata"];
            Node.Api.Put(resource, new JsonObject
            {
                ["metadata"] = there?.DeepClone() ?? new JsonObject { ["namespace"] = ns, ["name"] = name, ["generation"] = 1 },
                ["spec"] = spec.DeepClone(),
            }.ToJsonString());
        }

        public async ValueTask InitializeAsync()
        {
            Node = await NodeUnderTest.StartAsync();
            foreach (string kind in (string[])["ExternalSecret", "SecretStore", "ClusterSecretStore"])
            {
                Node.Api.Serve(new FakeKubeApiKind("external-secrets.io/v1", kind.ToLowerInvariant() + "s", kind, kind != "ClusterSecretStore"));
            }

            Node.Secrets.Put("db", "first");
            Put("secretstores", "shop", "main", (JsonObject)JsonNode.Parse("""{"provider":{"remote":{}}}""")!);
        }

        public ValueTask DisposeAsync() => Node.DisposeAsync();
    }
}
