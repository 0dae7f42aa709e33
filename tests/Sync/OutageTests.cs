using System.Text.Json.Nodes;
using CsiSecrets.Model;
using CsiSecrets.Tests.Fakes;
using CsiSecrets.Tests.Harness;
using CsiSecrets.Tests.Sync.SecretObjects;

namespace CsiSecrets.Tests.Sync;

/// <summary>Long outages on a clock that the test plays: what is written meanwhile, what is said and since when, and how soon it is over.</summary>
public sealed class OutageTests
{
    private const string EachMinute = "{secretStoreRef: {name: main}, refreshInterval: 1m, target: {deletionPolicy: Delete}, data: [{secretKey: v, remoteRef: {key: db} }]}";
    private const string EachDay = "{secretStoreRef: {name: main}, refreshInterval: 24h, data: [{secretKey: v, remoteRef: {key: db} }]}";

    [Fact]
    public async Task ApiServerAwayForTenMinutes_NothingIsReadOrWrittenThatIsNotDue()
    {
        await using ControllerUnderTest controller = await StartAsync(EachDay);
        string secret = controller.Secret()!.ToJsonString();
        string manifest = Manifest(controller);
        int calls = controller.Remote.Calls.Count;
        int events = controller.Events().Count;

        await controller.Api.GoAwayAsync();
        await controller.PassAsync(TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(5));
        await controller.Api.ComeBackAsync();
        await controller.PassQuietlyAsync(TimeSpan.FromMinutes(2));
        controller.ExternalSecret(EachDay, "later");
        await controller.SyncedAsync("later");

        Assert.Equal(secret, controller.Secret()!.ToJsonString());
        Assert.Equal(manifest, Manifest(controller));
        Assert.InRange(controller.Remote.Calls.Count - calls, 0, 1);
        Assert.InRange(controller.Events().Count - events, 0, 1);
    }

    [Fact]
    public async Task CredentialsRevokedForAnHour_IsSaidOnceWithItsBeginning_AndOverWithinOneWait()
    {
        await using ControllerUnderTest controller = await StartAsync(EachMinute);
        string secret = controller.Secret()!.ToJsonString();
        controller.Remote.Fail = static what => new SecretsException(FailureReason.Unauthenticated, what, "the key was revoked", "give it another");
        await controller.PassUntilAsync(() => controller.Ready().StartsWith("False", StringComparison.Ordinal), TimeSpan.FromMinutes(3), "the failure");
        string since = Since(controller);
        int statuses = controller.Api.Count("patch", "externalsecrets/status");
        int events = controller.Events().Count;

        await controller.PassQuietlyAsync(TimeSpan.FromHours(1), () => Assert.Equal(secret, controller.Secret()!.ToJsonString()));

        Assert.Contains("the key was revoked", controller.Ready(), StringComparison.Ordinal);
        Assert.Equal(since, Since(controller));
        Assert.StartsWith("False", controller.Ready("secretstores", "main"), StringComparison.Ordinal);
        Assert.InRange(controller.Api.Count("patch", "externalsecrets/status") - statuses, 0, 3);
        Assert.InRange(controller.Events().Count - events, 1, 9);

        controller.Remote.Fail = static _ => null;
        controller.Remote.Put("db", "second");
        await controller.PassQuietlyAsync(TimeSpan.FromMinutes(7.5));

        Assert.Equal("second", controller.Data()!["v"]);
        Assert.StartsWith("True", controller.Ready(), StringComparison.Ordinal);
        Assert.NotEqual(since, Since(controller));
    }

    [Fact]
    public async Task AnswersThatTakeTenSeconds_AreWaitedFor()
    {
        await using ControllerUnderTest controller = await StartAsync(EachMinute);
        controller.Remote.Called = () => controller.Remote.Hold = Task.Delay(TimeSpan.FromSeconds(10), controller.Time);
        controller.Remote.Put("db", "second");

        await controller.PassUntilAsync(() => controller.Data()!["v"] == "second", TimeSpan.FromMinutes(2), "the new value");
        await controller.PassAsync(TimeSpan.FromMinutes(5));

        Assert.StartsWith("True", controller.Ready(), StringComparison.Ordinal);
        Assert.DoesNotContain(controller.Events(), static e => e.StartsWith("Warning", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("patch", "secrets", "")]
    [InlineData("patch", "externalsecrets", "status")]
    public async Task AnswersThatAreCutOff_LoseNothing(string verb, string resource, string subresource)
    {
        await using ControllerUnderTest controller = await StartAsync(EachMinute);
        int left = 2;
        controller.Api.Fault = route => route.Verb == verb && route.Resource == resource && route.Subresource == subresource && Interlocked.Decrement(ref left) >= 0
            ? new FakeKubeApiFault { Cut = true }
            : null;
        controller.Remote.Put("db", "second");

        await controller.PassUntilAsync(() => left < 2 && controller.Data()!["v"] == "second", TimeSpan.FromMinutes(5), "the new value");
        await controller.PassUntilAsync(() => controller.Ready().StartsWith("True", StringComparison.Ordinal), TimeSpan.FromMinutes(5), "the status");
    }

    [Fact]
    public async Task MirrorsThroughTenMinutesWithoutApiServer_FollowAfterwards_AndWriteOnce()
    {
        await using MirrorUnderTest mirror = await MirrorUnderTest.StartAsync();
        await mirror.TwoClassesAsync();
        int writes = mirror.Writes();

        await mirror.Api.GoAwayAsync();
        await mirror.Controller.PassAsync(TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(5));
        await mirror.Api.ComeBackAsync();
        await mirror.PassQuietlyAsync(TimeSpan.FromMinutes(6));
        Assert.True(writes == mirror.Writes(), mirror.Said());

        mirror.Provider.Put("password", "rotated");
        await mirror.PassQuietlyAsync(TimeSpan.FromMinutes(3));

        // Two Secrets, two statuses.
        Assert.Equal("rotated", mirror.Value());
        Assert.Equal("rotated", mirror.Value("kept"));
        Assert.Equal(4, mirror.Writes() - writes);
    }

    [Fact]
    public async Task MirrorWhoseProviderRefuses_StaysAndSaysWhy_AndIsRightWithinOneWait()
    {
        await using MirrorUnderTest mirror = await MirrorUnderTest.StartAsync();
        mirror.Class("app", "db");
        mirror.Pod("web-1", "app");
        await mirror.ValueAsync("hunter2");
        string secret = mirror.Controller.Secret("db")!.ToJsonString();
        mirror.Provider.Fail = static what => new SecretsException(FailureReason.Unauthenticated, what, "the role is gone", "make it again");
        mirror.Provider.Put("password", "rotated");

        await mirror.Controller.PassQuietlyAsync(TimeSpan.FromHours(1), () => Assert.Equal(secret, mirror.Controller.Secret("db")!.ToJsonString()));
        Assert.Contains("the role is gone", (string)mirror.Entry("app", "db")!["error"]!, StringComparison.Ordinal);
        Assert.InRange(mirror.Controller.Events().Count(static e => e.Contains("FailedToCreateSecret", StringComparison.Ordinal)), 1, 7);
        mirror.Provider.Fail = static _ => null;
        await mirror.PassQuietlyAsync(TimeSpan.FromMinutes(7.5));

        Assert.Equal("rotated", mirror.Value());
        Assert.Null(mirror.Entry("app", "db")!["error"]);
    }

    [Fact]
    public async Task MirrorKilledBeforeItsStatus_TheNextProcessSaysWhatIsThere()
    {
        await using MirrorUnderTest mirror = await MirrorUnderTest.StartAsync();
        mirror.Class("app", "db");
        string uid = mirror.Pod("web-1", "app");
        await mirror.ValueAsync("hunter2");
        await Wait.UntilAsync(() => mirror.Entry("app", "db") is not null, "status");
        string hash = (string)mirror.Entry("app", "db")!["hash"]!;
        mirror.Api.Fault = static route => route is { Resource: "secretproviderclasses", Subresource: "status" } ? new FakeKubeApiFault { Code = 403 } : null;
        mirror.Provider.Put("password", "rotated");
        mirror.Status("web-1", uid, "app", "v2");
        await mirror.ValueAsync("rotated");
        mirror.Api.Fault = static _ => null;

        await mirror.Controller.RestartAsync();
        await Wait.UntilAsync(() => (string)mirror.Entry("app", "db")!["hash"]! != hash, "the new content's hash");
        int writes = mirror.Writes();
        hash = (string)mirror.Entry("app", "db")!["hash"]!;
        await mirror.Controller.RestartAsync();
        await mirror.PassQuietlyAsync(TimeSpan.FromMinutes(5));

        Assert.Equal(writes, mirror.Writes());
        Assert.Equal(hash, (string)mirror.Entry("app", "db")!["hash"]!);
        Assert.Equal(1, mirror.Api.All("secrets").Count(static s => (string?)s["metadata"]!["name"] == "csi-secrets-mirror-key"));
    }

    [Fact]
    public async Task MirrorThatAnotherWriterChangesBack_IsTold_AndWrittenSeldom_UntilThatOneStops()
    {
        await using MirrorUnderTest mirror = await MirrorUnderTest.StartAsync();
        mirror.Class("app", "db");
        mirror.Pod("web-1", "app");
        await mirror.ValueAsync("hunter2");
        await Wait.UntilAsync(() => mirror.Entry("app", "db") is not null, "status");
        bool fights = true;
        mirror.Api.Done = route =>
        {
            if (fights && route is { Verb: "patch", Resource: "secrets", Name: "db" })
            {
                Edit(mirror);
            }
        };
        int writes = mirror.Api.Count("patch", "secrets");

        Edit(mirror);
        await mirror.PassQuietlyAsync(TimeSpan.FromMinutes(30));

        Assert.InRange(mirror.Api.Count("patch", "secrets") - writes, 4, 20);
        Assert.Contains("another writer changed it back", (string)mirror.Entry("app", "db")!["error"]!, StringComparison.Ordinal);
        Assert.Contains(mirror.Controller.Events(), static e => e.Contains("another writer changed it back", StringComparison.Ordinal));
        fights = false;
        await mirror.PassQuietlyAsync(TimeSpan.FromMinutes(15));
        Assert.Equal("hunter2", mirror.Value());
        Assert.Null(mirror.Entry("app", "db")!["error"]);
    }

    [Fact]
    public async Task KeyThatMayNotBeKept_TheProcessHasItsOwn_AndARestartWritesNothing()
    {
        await using MirrorUnderTest mirror = await MirrorUnderTest.StartAsync(before: static m => m.Api.Fault =
            static route => route is { Resource: "secrets", Namespace: "external-secrets" } ? new FakeKubeApiFault { Code = 403 } : null);
        mirror.Class("app", "db");
        mirror.Pod("web-1", "app");
        await mirror.ValueAsync("hunter2");
        await Wait.UntilAsync(() => mirror.Entry("app", "db") is not null, "status");
        string entry = mirror.Entry("app", "db")!.ToJsonString();
        int reads = mirror.Provider.Calls.Count;

        await mirror.Controller.RestartAsync();
        await Wait.UntilAsync(() => mirror.Provider.Calls.Count > reads, "the next process's look");
        await mirror.PassQuietlyAsync(TimeSpan.FromMinutes(5));

        Assert.Equal(entry, mirror.Entry("app", "db")!.ToJsonString());
    }

    private static async Task<ControllerUnderTest> StartAsync(string spec)
    {
        ControllerUnderTest controller = await ControllerUnderTest.StartAsync();
        controller.Remote.Put("db", "first");
        controller.ExternalSecret(spec);
        await controller.SyncedAsync();
        await controller.PassUntilAsync(() => controller.Events().Any(static e => e.Contains("Created", StringComparison.Ordinal)), TimeSpan.FromMinutes(1), "the first event");
        return controller;
    }

    private static void Edit(MirrorUnderTest mirror)
    {
        JsonObject secret = mirror.Controller.Secret("db")!;
        secret["data"]!["pw"] = "d3Jvbmc=";
        mirror.Api.Put("secrets", secret.ToJsonString());
    }

    private static string Manifest(ControllerUnderTest controller) => controller.Api.Get("externalsecrets", ControllerUnderTest.Ns, "app")!.ToJsonString();

    private static string Since(ControllerUnderTest controller) =>
        (string)JsonNode.Parse(Manifest(controller))!["status"]!["conditions"]![0]!["lastTransitionTime"]!;
}
