using CsiSecrets.Tests.Harness;

namespace CsiSecrets.Tests.Volumes;

/// <summary>Calls to AWS for a node full of pods, counted at the endpoint through the whole driver.</summary>
public sealed class AwsEconomyTests : IAsyncLifetime
{
    private const int Pods = 100;
    private static readonly TimeSpan Cycle = TimeSpan.FromMinutes(2) * 1.1;

    private AwsUnderTest aws = null!;
    private PodUnderTest[] pods = [];

    public async ValueTask InitializeAsync()
    {
        aws = await AwsUnderTest.StartAsync();
        aws.Account("shop", "web");
        aws.Server.Seed.Secret("db", "first");
        aws.Server.Seed.Secret("api", "first");
        aws.Class(
            "shop", "creds", "[{objectName: db, objectType: secretsmanager}, {objectName: api, objectType: secretsmanager}]", ("region", "us-east-1"));
        pods = [.. Enumerable.Range(0, Pods).Select(i => aws.Node.Pod("shop", $"web-{i}", "creds", "web"))];
    }

    public ValueTask DisposeAsync() => aws.DisposeAsync();

    [Fact]
    public async Task HundredPods_AtStart_ThreeCalls()
    {
        await StartAsync();
        Assert.All(pods, p => Assert.Equal(["api", "db"], p.Files()));
        Assert.InRange(aws.Calls(), 1, 3);
        Assert.Equal(1, aws.Calls("AssumeRoleWithWebIdentity"));
    }

    [Fact]
    public async Task HundredPods_QuietCycle_TwoCalls()
    {
        await StartAsync();
        int before = aws.Calls();
        await aws.Node.PassAsync(Cycle);
        Assert.InRange(aws.Calls() - before, 1, 2);
    }

    [Fact]
    public async Task HundredPods_OneObjectChanged_OneCallMore()
    {
        await StartAsync();
        int before = aws.Calls();
        aws.Server.Seed.Secret("db", "second");
        await aws.Node.PassAsync(Cycle);
        Assert.All(pods, p => Assert.Equal(("second", "first"), (p.Read("db"), p.Read("api"))));
        Assert.InRange(aws.Calls() - before, 1, 3);
    }

    [Fact]
    public async Task ThreeHours_OneStsCallPerCredentialLifetime()
    {
        await StartAsync();
        for (int half = 0; half < 6; half++)
        {
            // The kubelet's republish brings a fresh token.
            await Task.WhenAll(pods.Take(10).Select(p => p.PublishAsync()));
            await aws.Node.PassAsync(TimeSpan.FromMinutes(30), TimeSpan.FromSeconds(5));
        }

        Assert.InRange(aws.Calls("AssumeRoleWithWebIdentity"), 3, 4);
        Assert.False((await pods[0].StatsAsync()).VolumeCondition.Abnormal);
    }

    [Fact]
    public async Task Restart_WithNothingDue_NoObjectIsRead()
    {
        await StartAsync();
        int before = aws.Calls();
        await aws.Node.RestartAsync();
        await Task.WhenAll(pods.Select(p => p.PublishAsync()));
        Assert.Equal(before, aws.Calls());
    }

    private Task StartAsync() => Task.WhenAll(pods.Select(p => p.PublishAsync()));
}
