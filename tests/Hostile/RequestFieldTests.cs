using CsiSecrets.Tests.Harness;
using Grpc.Core;

namespace CsiSecrets.Tests.Hostile;

/// <summary>Each field of a publish request, each pod-info key and the kubelet's tokens, spoiled in each way: refused before anything is done
/// on a first mount, a failed refresh on a live volume.</summary>
public sealed class RequestFieldTests : IClassFixture<RequestFieldTests.SharedNode>, IAsyncLifetime
{
    private const string TokensKey = "csi.storage.k8s.io/serviceAccount.tokens";

    private readonly NodeUnderTest node;
    private readonly PodUnderTest pod;

    public RequestFieldTests(SharedNode shared)
    {
        node = shared.Node;
        pod = node.Pod("shop", "web", "creds");
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await pod.UnpublishAsync();

    [Theory]
    [MemberData(nameof(BadField.Names), MemberType = typeof(BadField))]
    public async Task FirstMount_FieldBad_SaysWhichAndLeavesNothing(string name)
    {
        BadField bad = BadField.All[name];
        int calls = node.Secrets.Calls.Count;
        string message = await pod.PublishFailsAsync(bad.Code, bad.Change);
        Remains.Says(message, bad.Field, bad.Remedy);
        Remains.None(node, pod);
        Assert.Equal(calls, node.Secrets.Calls.Count);
    }

    [Theory]
    [MemberData(nameof(BadField.Names), MemberType = typeof(BadField))]
    public async Task LiveVolume_FieldBad_KeepsItsFilesAndTells(string name)
    {
        await pod.PublishAsync();
        await pod.PublishAsync(BadField.All[name].Change);
        await Remains.KeptAsync(pod, "db", "first", BadField.All[name].Field, BadField.All[name].Remedy);
    }

    [Theory]
    [MemberData(nameof(BadTokens.Names), MemberType = typeof(BadTokens))]
    public async Task FirstMount_TokensBad_AreRefusedWithoutAWordOfThem(string name)
    {
        string message = await pod.PublishFailsAsync(
            StatusCode.Unauthenticated, r => r.VolumeContext[TokensKey] = BadTokens.Of(name, r.VolumeContext[TokensKey]));
        Remains.Says(message, "service account tokens of pod shop/web", "tokenRequests");
        Assert.DoesNotContain(UnsignedTokens.Marker, message);
        Assert.DoesNotContain(node.Logs.GetSnapshot(), l => l.Message.Contains(UnsignedTokens.Marker, StringComparison.Ordinal));
        Remains.None(node, pod);
    }

    [Theory]
    [MemberData(nameof(BadTokens.Names), MemberType = typeof(BadTokens))]
    public async Task LiveVolume_TokensBad_KeepsItsFilesAndTells(string name)
    {
        await pod.PublishAsync();
        await pod.PublishAsync(r => r.VolumeContext[TokensKey] = BadTokens.Of(name, r.VolumeContext[TokensKey]));
        await Remains.KeptAsync(pod, "db", "first", "service account tokens of pod shop/web", "tokenRequests");
        Assert.DoesNotContain(UnsignedTokens.Marker, node.StateText());
    }

    [Fact]
    public async Task TokensWhereTheKubeletDoesNotPutThem_AreNotLookedAt()
    {
        await pod.PublishAsync(r =>
        {
            r.Secrets[TokensKey] = "{ not even JSON";
            r.VolumeContext["token"] = "mine";
        });
        Assert.Equal("first", pod.Read("db"));
    }

    [Fact]
    public async Task SecretsMap_OddKeysAndValues_AreHarmless()
    {
        await pod.PublishAsync(r =>
        {
            r.Secrets[""] = "";
            r.Secrets["../x"] = "marker-of-a-static-key\0";
            r.Secrets[new string('k', 300_000)] = new string('v', 1 << 20);
        });
        Assert.Equal("first", pod.Read("db"));
        Assert.DoesNotContain("marker-of-a-static-key", node.StateText());
    }

    /// <summary>One node for all cases: what one leaves would be seen by the next.</summary>
    public sealed class SharedNode : IAsyncLifetime
    {
        internal NodeUnderTest Node { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Node = await NodeUnderTest.StartAsync();
            Node.Secrets.Put("db", "first");
            Node.Cluster.Class("shop", "creds", "db");
        }

        public ValueTask DisposeAsync() => Node.DisposeAsync();
    }
}
