using CsiSecrets.Csi.Wire;
using Grpc.Core;

namespace CsiSecrets.Tests.Harness;

/// <summary>The harness shows the whole life of a volume; each part has its own tests elsewhere.</summary>
public sealed class HarnessTests : IAsyncLifetime
{
    private NodeUnderTest node = null!;

    public async ValueTask InitializeAsync()
    {
        node = await NodeUnderTest.StartAsync();
        node.Secrets.Put("db", "first");
        node.Cluster.Class("shop", "creds", "db");
    }

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Fact]
    public async Task Volume_PublishedRotatedAndUnpublished_PodSeesEach()
    {
        PodUnderTest pod = node.Pod("shop", "web", "creds");
        await pod.PublishAsync();
        Assert.Equal(["db"], pod.Files());
        Assert.Equal("first", pod.Read("db"));

        node.Secrets.Put("db", "second");
        await node.PassAsync(TimeSpan.FromMinutes(3));
        Assert.Equal("second", pod.Read("db"));

        await pod.UnpublishAsync();
        Assert.False(Directory.Exists(pod.TargetPath));
        Assert.Equal(0, node.Engine.Store.Count);
    }

    [Fact]
    public async Task ClassAbsent_PublishFails_WithThePeersSentence()
    {
        PodUnderTest pod = node.Pod("shop", "web", "other");
        string message = await pod.PublishFailsAsync(StatusCode.NotFound);
        Assert.StartsWith("failed to get secretproviderclass shop/other, error: ", message);
        Assert.False(Directory.Exists(pod.TargetPath));
        Assert.Contains(node.Logs.GetSnapshot(), l => l.Message.Contains("shop/other"));
    }

    [Fact]
    public async Task Restart_VolumeIsAsBefore_AndGoesOn()
    {
        PodUnderTest pod = node.Pod("shop", "web", "creds");
        await pod.PublishAsync();
        await node.RestartAsync();
        Assert.Equal("first", pod.Read("db"));
        await pod.PublishAsync();
        Assert.Single(node.Secrets.Calls);
        Assert.False((await pod.StatsAsync()).VolumeCondition.Abnormal);
    }

    [Fact]
    public async Task Status_AfterAMount_IsWrittenOnce()
    {
        PodUnderTest pod = node.Pod("shop", "web", "creds");
        await pod.PublishAsync();
        await Wait.UntilAsync(() => node.Cluster.Status(pod) is not null, "the pod status");
        Assert.Equal("v1", (string?)node.Cluster.Status(pod)!["status"]!["objects"]![0]!["version"]);
        Assert.Equal(["create secretproviderclasspodstatuses"], node.Cluster.Writes());
    }

    [Fact]
    public async Task Endpoints_AnswerEachOnItsPort()
    {
        Assert.Equal((200, "ok"), await node.Endpoints.LiveAsync());
        Assert.Equal(200, (await node.Endpoints.ReadyAsync()).Status);
        Assert.Contains("node_publish_total", await node.Endpoints.MetricsAsync());
        Assert.True((await node.Identity.ProbeAsync(new ProbeRequest())).Ready);
    }

    [Fact]
    public async Task Aws_VolumePublishedAndRotated_PodSeesEach()
    {
        await using AwsUnderTest aws = await AwsUnderTest.StartAsync();
        aws.Account("shop", "web");
        aws.Server.Seed.Secret("db", "first");
        aws.Class("shop", "creds", "- {objectName: db, objectType: secretsmanager}", ("region", "us-east-1"));
        PodUnderTest pod = aws.Node.Pod("shop", "web-1", "creds", "web");
        await pod.PublishAsync();
        Assert.Equal("first", pod.Read("db"));

        aws.Server.Seed.Secret("db", "second");
        await aws.Node.PassAsync(TimeSpan.FromMinutes(3));
        Assert.Equal("second", pod.Read("db"));
        Assert.Equal(1, aws.Calls("AssumeRoleWithWebIdentity"));
    }
}
