using CsiSecrets.Tests.Harness;

namespace CsiSecrets.Tests.Volumes;

/// <summary>A class without objects, and one whose only object is optional and absent: the pod starts with an empty volume, which is alive.</summary>
public sealed class EmptyClassTests : IAsyncLifetime
{
    private AwsUnderTest aws = null!;

    public async ValueTask InitializeAsync()
    {
        aws = await AwsUnderTest.StartAsync();
        aws.Account("shop", "web");
    }

    public ValueTask DisposeAsync() => aws.DisposeAsync();

    [Theory]
    [InlineData("[]")]
    [InlineData("- {objectName: db, objectType: secretsmanager, optional: true}")]
    public async Task NoObjects_PodStarts_VolumeIsAlive_AndTakesWhatComesLater(string objects)
    {
        aws.Class("shop", "creds", objects, ("region", "us-east-1"));
        PodUnderTest pod = aws.Node.Pod("shop", "web-1", "creds", "web");
        await pod.PublishAsync();
        Assert.Empty(pod.Files());
        Assert.False((await pod.StatsAsync()).VolumeCondition.Abnormal);
        await Wait.UntilAsync(() => aws.Node.Cluster.Status(pod) is not null, "the pod status");
        int calls = aws.Calls();
        await pod.PublishAsync();
        Assert.Equal(calls, aws.Calls());

        aws.Server.Seed.Secret("db", "first");
        aws.Class("shop", "creds", "- {objectName: db, objectType: secretsmanager, optional: true}", ("region", "us-east-1"));
        await aws.Node.PassUntilAsync(() => pod.Files().SequenceEqual(["db"]), TimeSpan.FromMinutes(3), "the object that came");
        Assert.Equal("first", pod.Read("db"));
    }
}
