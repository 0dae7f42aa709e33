using CsiSecrets.Tests.Harness;

namespace CsiSecrets.Tests.InPlace;

/// <summary>Which address is called, and which never, through the whole Node.</summary>
public sealed class NoticeAddressTests : NoticeSetup
{
    [Fact]
    public async Task ANewAddressOfThePod_IsTheOneThatIsCalled()
    {
        await PublishedAsync("web");
        Status("web", """{"phase":"Running","podIP":"10.1.2.4"}""");
        Node.Secrets.Put("db", "second");
        await ToldAsync(1);

        Assert.Equal("10.1.2.4", Assert.Single(Dialled).Address.ToString());
    }

    [Fact]
    public async Task HostNetwork_IsNeverCalled_AndAnEventSaysWhy()
    {
        PodUnderTest pod = await PublishedAsync("web");
        Node.Api.Edit("pods", "shop", "web", static there => there["spec"]!["hostNetwork"] = true);
        Node.Secrets.Put("db", "second");

        await UntilAsync(Node, () => Node.Cluster.Events(pod).Any(e => e.Contains("the pod uses the node's network", StringComparison.Ordinal)), "the event");

        Assert.Empty(Dialled);
        Assert.Contains("outcome=\"refused\"} 2", Node.Meters.Expose(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheNodesOwnAddress_IsNeverCalled()
    {
        Node.Api.Put("nodes", $$$"""{"metadata":{"name":"{{{NodeUnderTest.NodeName}}}"},"status":{"addresses":[{"type":"InternalIP","address":"10.1.2.3"}]}}""");
        PodUnderTest pod = await PublishedAsync("web");
        Node.Secrets.Put("db", "second");

        await UntilAsync(Node, () => Node.Cluster.Events(pod).Any(e => e.Contains("is the node's own", StringComparison.Ordinal)), "the event");

        Assert.Empty(Dialled);
    }
}
