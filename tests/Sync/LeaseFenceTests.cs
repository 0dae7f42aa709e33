using CsiSecrets.Tests.Harness;

namespace CsiSecrets.Tests.Sync;

/// <summary>A leader that stood still in the middle of a sync until its lease had run out.</summary>
public sealed class LeaseFenceTests
{
    private const string Spec = "{secretStoreRef: {name: main}, refreshInterval: 1h, data: [{secretKey: v, remoteRef: {key: db} }]}";

    [Fact]
    public async Task ItGoesOnBeforeAnyTimerHasRun_NothingIsWritten_UntilItLeadsAgain()
    {
        await using ControllerUnderTest controller = await ControllerUnderTest.StartAsync(static c =>
        {
            c.Options.LeaderElection = true;
            c.Options.Identity = "one";
            c.Namespace(c.Options.LeaseNamespace);
            c.Remote.Put("db", "first");
            c.ExternalSecret(Spec);
        });
        await controller.SyncedAsync();
        var hold = new TaskCompletionSource();
        controller.Remote.Hold = hold.Task;
        controller.Remote.Put("db", "second");
        int calls = controller.Remote.Calls.Count;
        controller.Annotate("externalsecrets", "app", "force-sync", "1");
        await Wait.UntilAsync(() => controller.Remote.Calls.Count > calls, "the call to the provider");
        int from = controller.Api.Requests.Count;

        controller.Time.StandStill(TimeSpan.FromSeconds(12));
        hold.SetResult();
        await Wait.UntilAsync(() => controller.Logs.GetSnapshot().Any(static l => l.Message.Contains("not sent: this process has not renewed its lease in time", StringComparison.Ordinal)), "the refusal");

        Assert.DoesNotContain(controller.Api.Requests.Skip(from), static r => r.Split(' ')[0] is not ("get" or "list" or "watch"));
        Assert.Equal("first", controller.Data()!["v"]);

        await controller.PassUntilAsync(() => controller.Data()!["v"] == "second", TimeSpan.FromMinutes(2), "the sync of the next term");
        await controller.SyncedAsync();
    }
}
