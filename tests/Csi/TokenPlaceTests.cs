using CsiSecrets.Tests.Harness;
using Google.Protobuf.Collections;

namespace CsiSecrets.Tests.Csi;

/// <summary>A token counts only where the kubelet must have put it: whatever else a pod's author writes is not even looked at.</summary>
public sealed class TokenPlaceTests : IAsyncLifetime
{
    private const string TokensKey = "csi.storage.k8s.io/serviceAccount.tokens";

    private NodeUnderTest node = null!;
    private PodUnderTest pod = null!;

    private IEnumerable<string> Taken => node.Engine.Store.Find(pod.VolumeId)!.Request!.Tokens.Audiences;

    public async ValueTask InitializeAsync()
    {
        node = await NodeUnderTest.StartAsync();
        node.Secrets.Put("db", "first");
        node.Cluster.Class("shop", "creds", "db");
        pod = node.Pod("shop", "web", "creds");
    }

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Fact]
    public async Task AudienceAskedFor_IsTakenFromTheContext()
    {
        await pod.PublishAsync();
        Assert.Equal([NodeUnderTest.FirstAudience], Taken);
    }

    [Fact]
    public async Task NoneAskedFor_OneInTheContextIsThePodAuthors_AndIgnored()
    {
        MapField<string, string> asked = pod.Request().VolumeContext;
        node.Kubelet.Audiences = [];
        node.Cluster.Driver();
        await Wait.UntilAsync(() => node.DriverFacts is { Audiences.Count: 0 }, "the CSIDriver's change");
        await pod.PublishAsync(r => r.VolumeContext[TokensKey] = asked[TokensKey]);
        Assert.Empty(Taken);
    }

    [Fact]
    public async Task OtherAudience_IsIgnored()
    {
        node.Kubelet.Audiences = [NodeUnderTest.FirstAudience, "vault"];
        await pod.PublishAsync();
        Assert.Equal([NodeUnderTest.FirstAudience], Taken);
    }

    [Fact]
    public async Task InSecrets_WhereTheCsiDriverSaysSo_TheContextIsIgnored()
    {
        node.Cluster.Driver(tokensInSecrets: true);
        await Wait.UntilAsync(() => node.DriverFacts is { TokensInSecrets: true }, "the CSIDriver's change");
        await pod.PublishAsync();
        Assert.Empty(Taken);

        await pod.PublishAsync(static r => (r.Secrets[TokensKey], r.VolumeContext[TokensKey]) = (r.VolumeContext[TokensKey], "{"));
        Assert.Equal([NodeUnderTest.FirstAudience], Taken);
        Assert.DoesNotContain(TokensKey, node.Engine.Store.Find(pod.VolumeId)!.Request!.Secrets.Keys);
    }

    [Fact]
    public async Task InSecrets_WhereTheCsiDriverDoesNotSaySo_IsNeitherTokenNorKey()
    {
        await pod.PublishAsync(static r => r.Secrets[TokensKey] = "{");
        Assert.Equal([NodeUnderTest.FirstAudience], Taken);
        Assert.Empty(node.Engine.Store.Find(pod.VolumeId)!.Request!.Secrets);
    }

    [Fact]
    public async Task LogsAndState_HoldNoToken()
    {
        await pod.PublishAsync();
        await Assert.ThrowsAnyAsync<Grpc.Core.RpcException>(() => node.Pod("shop", "two", "absent").PublishAsync());
        Assert.DoesNotContain(node.Logs.GetSnapshot(), l => l.Message.Contains(UnsignedTokens.Marker));
        Assert.DoesNotContain(UnsignedTokens.Marker, node.StateText());
        Assert.DoesNotContain(UnsignedTokens.Marker, await node.Endpoints.MetricsAsync());
    }
}
