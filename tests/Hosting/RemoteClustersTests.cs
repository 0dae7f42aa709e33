using CsiSecrets.Hosting;
using CsiSecrets.Model;
using CsiSecrets.Providers;
using CsiSecrets.Tests.Fakes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CsiSecrets.Tests.Hosting;

public sealed class RemoteClustersTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AnotherComesWhileAClusterIsOpened_DoesNotEndIt()
    {
        var time = new CrossedClock();
        await using FakeKubeApi api = await FakeKubeApi.StartAsync(time);
        using var remotes = new RemoteClusters(time, NullLoggerFactory.Instance);
        string token = await File.ReadAllTextAsync(Path.Combine(Path.GetDirectoryName(api.Kubeconfig)!, "token"), Ct);
        time.Crossing = () => remotes.Connect(Target("second"));

        ClusterReader first = remotes.Connect(Target("first"));

        Assert.Null(await first.FindSecret("shop", "db", Ct));

        ClusterTarget Target(string key) => new()
        {
            Key = key,
            Server = api.Server,
            Insecure = true,
            Token = _ => Task.FromResult(new PodToken(SecretBytes.FromText(token), DateTimeOffset.MaxValue)),
        };
    }

    /// <summary>Somebody else's turn comes at each look at the clock that is not his own.</summary>
    private sealed class CrossedClock() : FakeTimeProvider(TimeProvider.System.GetUtcNow())
    {
        private bool crossing;

        public Action Crossing { get; set; } = static () => { };

        public override long GetTimestamp()
        {
            if (!crossing)
            {
                crossing = true;
                Crossing();
                crossing = false;
            }

            return base.GetTimestamp();
        }
    }
}
