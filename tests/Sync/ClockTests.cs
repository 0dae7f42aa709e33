using CsiSecrets.Model;
using CsiSecrets.Tests.Harness;
using CsiSecrets.Tests.Sync.SecretObjects;

namespace CsiSecrets.Tests.Sync;

/// <summary>A clock that somebody sets by a day: what waits goes on by elapsed time. Nothing is read in a storm, nothing stops being refreshed.</summary>
public sealed class ClockTests
{
    private const int Count = 20;

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task SetByADay_NothingIsReadBeforeItsTime_AndEachIsRefreshedOnceWhenItIs(int days)
    {
        await using ControllerUnderTest controller = await ControllerUnderTest.StartAsync(c => Each(n =>
        {
            c.Remote.Put(n, "first");
            c.ExternalSecret($"{{secretStoreRef: {{name: main}}, refreshInterval: 1h, data: [{{secretKey: v, remoteRef: {{key: {n}}}}}]}}", n);
        }));
        await Wait.UntilAsync(() => All(n => controller.Ready(name: n).StartsWith("True", StringComparison.Ordinal)), "all to be synced");
        await controller.PassUntilAsync(() => controller.Events().Count > Count, TimeSpan.FromMinutes(5), "the events of the beginning");
        int calls = controller.Remote.Calls.Count;
        int events = controller.Events().Count;
        string[] since = [.. Names().Select(n => Condition(controller, n))];

        controller.Time.Set(TimeSpan.FromDays(days));
        await controller.PassQuietlyAsync(TimeSpan.FromMinutes(40));
        Assert.Equal(calls, controller.Remote.Calls.Count);

        Each(n => controller.Remote.Put(n, "second"));
        await controller.PassQuietlyAsync(TimeSpan.FromMinutes(25));
        await Wait.UntilAsync(() => All(n => controller.Data(n)?["v"] == "second"), "the new values");
        await controller.PassQuietlyAsync(TimeSpan.FromMinutes(5));

        Assert.Equal(Count, controller.Remote.Calls.Count - calls);
        Assert.Equal(since, Names().Select(n => Condition(controller, n)));
        Assert.All(Names(), n => Assert.InRange(
            controller.Time.GetUtcNow() - DateTimeOffset.Parse((string)controller.Api.Get("externalsecrets", ControllerUnderTest.Ns, n)!["status"]!["refreshTime"]!),
            TimeSpan.Zero,
            TimeSpan.FromMinutes(30)));
        Assert.Equal(Count, controller.Events().Count - events);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task SetByADay_MirrorsFollowWithinTheirInterval_AndTokensAreRenewed(int days)
    {
        await using MirrorUnderTest mirror = await MirrorUnderTest.StartAsync();
        mirror.Class("app", "db");
        mirror.Pod("web-1", "app");
        await mirror.ValueAsync("hunter2");

        mirror.Controller.Time.Set(TimeSpan.FromDays(days));
        await mirror.PassQuietlyAsync(TimeSpan.FromMinutes(3));
        mirror.Provider.Put("password", "rotated");
        await mirror.PassQuietlyAsync(TimeSpan.FromMinutes(3));
        Assert.Equal("rotated", mirror.Value());

        int tokens = mirror.Api.Count("create", "serviceaccounts/token");
        await mirror.PassQuietlyAsync(TimeSpan.FromHours(1));
        Assert.True(mirror.Api.Count("create", "serviceaccounts/token") > tokens, "a token of before the setting is not used for ever");
    }

    [Fact]
    public async Task SetBackDuringAnOutage_ItEndsAsSoonAsEver_AndIsTold()
    {
        await using ControllerUnderTest controller = await ControllerUnderTest.StartAsync();
        controller.Remote.Put("db", "first");
        controller.ExternalSecret("{secretStoreRef: {name: main}, refreshInterval: 1m, data: [{secretKey: v, remoteRef: {key: db} }]}");
        await controller.SyncedAsync();
        controller.Remote.Fail = static what => new SecretsException(FailureReason.Throttled, what, "throttled", "wait");
        await controller.PassUntilAsync(() => Failures(controller) == 1, TimeSpan.FromMinutes(3), "the failure");

        controller.Time.Set(TimeSpan.FromDays(-1));
        await controller.PassQuietlyAsync(TimeSpan.FromMinutes(25));
        Assert.InRange(Failures(controller), 2, 4);
        controller.Remote.Fail = static _ => null;
        controller.Remote.Put("db", "second");

        await controller.PassQuietlyAsync(TimeSpan.FromMinutes(8));
        Assert.Equal("second", controller.Data()!["v"]);
        Assert.StartsWith("True", controller.Ready(), StringComparison.Ordinal);
    }

    private static int Failures(ControllerUnderTest controller) => controller.Events().Count(static e => e.StartsWith("Warning UpdateFailed", StringComparison.Ordinal));

    private static IEnumerable<string> Names() => Enumerable.Range(0, Count).Select(static i => $"db-{i}");

    private static void Each(Action<string> act) => Names().ToList().ForEach(act);

    private static bool All(Func<string, bool> holds) => Names().All(holds);

    private static string Condition(ControllerUnderTest controller, string name) =>
        controller.Api.Get("externalsecrets", ControllerUnderTest.Ns, name)!["status"]!["conditions"]![0]!.ToJsonString();
}
