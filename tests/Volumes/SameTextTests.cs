using System.Text.RegularExpressions;
using CsiSecrets.Tests.Harness;
using Grpc.Core;

namespace CsiSecrets.Tests.Volumes;

/// <summary>A lasting failure at AWS reads the same each time: the kubelet and the API server count equal texts, and make an event of each new one.
/// The id that AWS gives each request is in the log.</summary>
public sealed partial class SameTextTests : IAsyncLifetime
{
    private AwsUnderTest aws = null!;

    public async ValueTask InitializeAsync()
    {
        aws = await AwsUnderTest.StartAsync();
        aws.Account("shop", "web");
        aws.Server.Seed.Secret("db", "first");
        aws.Class("shop", "creds", "[{objectName: db, objectType: secretsmanager}]", ("region", "us-east-1"));
        aws.Class("shop", "absent", "[{objectName: nowhere, objectType: secretsmanager}]", ("region", "us-east-1"));
    }

    public ValueTask DisposeAsync() => aws.DisposeAsync();

    [Fact]
    public async Task FirstMount_ThatFailsAgainAndAgain_AnswersTheSame_AndEachIdIsLogged()
    {
        PodUnderTest pod = aws.Node.Pod("shop", "web", "absent", "web");
        var answers = new List<string>();
        for (int i = 0; i < 3; i++)
        {
            answers.Add((await Assert.ThrowsAsync<RpcException>(() => pod.PublishAsync())).Status.Detail);
            await aws.Node.PassAsync(TimeSpan.FromMinutes(2));
        }

        Assert.Single(answers.Distinct());
        Assert.Contains("ResourceNotFoundException", answers[0], StringComparison.Ordinal);
        string[] ids = [.. aws.Node.Logs.GetSnapshot().Where(static l => l.Message.Contains("NodePublishVolume failed", StringComparison.Ordinal)).SelectMany(static l => Id().Matches(l.Message)).Select(static m => m.Value)];
        Assert.Equal(3, ids.Distinct().Count());
        Assert.All(ids, id => Assert.DoesNotContain(id, answers[0], StringComparison.Ordinal));
    }

    [Fact]
    public async Task Refresh_ThatFailsForALongTime_OneEventTextAndOneCondition_AndTheIdIsLogged()
    {
        PodUnderTest pod = aws.Node.Pod("shop", "web", "creds", "web");
        pod.TokenLife = TimeSpan.FromHours(2);
        await pod.PublishAsync();
        lock (aws.Server.State.Secrets.Gate)
        {
            Tests.Aws.SecretsManager.Secret found = aws.Server.State.Secrets.Find("us-east-1", "db")!;
            (found.Deleted, found.Ends) = (aws.Node.Time.GetUtcNow(), aws.Node.Time.GetUtcNow().AddDays(30));
        }

        var conditions = new HashSet<string>();
        await aws.Node.PassUntilAsync(() => aws.Node.Cluster.Events(pod).Count > 0, TimeSpan.FromMinutes(10), "the first event");
        for (int i = 0; i < 10; i++)
        {
            conditions.Add((await pod.StatsAsync()).VolumeCondition.Message);
            await aws.Node.PassAsync(TimeSpan.FromMinutes(3));
        }

        await aws.Node.PassUntilAsync(() => aws.Node.Cluster.Events(pod).Count >= 3, TimeSpan.FromMinutes(10), "more events");
        Assert.Contains("marked for deletion", Assert.Single(conditions), StringComparison.Ordinal);
        Assert.Single(aws.Node.Cluster.Events(pod).Distinct());
        string log = Assert.Single(aws.Node.Logs.GetSnapshot(), static l => l.Message.Contains("its files stay as they are", StringComparison.Ordinal)).Message;
        Assert.Matches(Id(), log);
        Assert.DoesNotContain("request id", string.Join('\n', aws.Node.Cluster.Events(pod)), StringComparison.Ordinal);
    }

    [GeneratedRegex("request id [0-9A-Za-z-]+")]
    private static partial Regex Id();
}
