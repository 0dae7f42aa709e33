using CsiSecrets.Tests.Aws.Hosting;
using CsiSecrets.Tests.Aws.Iam;
using Microsoft.Extensions.Time.Testing;

namespace CsiSecrets.Tests.AwsEndpoint;

/// <summary>An endpoint on a clock of the test's own, with one user who may do everything.</summary>
internal sealed class EndpointFixture : IAsyncDisposable
{
    private EndpointFixture(AwsServer server, FakeTimeProvider time)
    {
        (Server, Time) = (server, time);
        Admin = Client(server.Seed.User("admin"));
    }

    public AwsServer Server { get; }

    public FakeTimeProvider Time { get; }

    public SignedClient Admin { get; }

    public static async Task<EndpointFixture> StartAsync()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        return new EndpointFixture(
            await AwsServer.StartAsync(new AwsServerOptions { Time = time }, TestContext.Current.CancellationToken), time);
    }

    public SignedClient Client(AccessKey key, string region = "us-east-1") => new(Server.Url, key, Time, region);

    public async ValueTask DisposeAsync()
    {
        Admin.Dispose();
        await Server.DisposeAsync();
    }
}
