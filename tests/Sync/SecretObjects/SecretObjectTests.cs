using System.Text.Json.Nodes;
using CsiSecrets.Tests.Fakes;
using CsiSecrets.Tests.Harness;
using CsiSecrets.Tests.Providers.Aws;

namespace CsiSecrets.Tests.Sync.SecretObjects;

/// <summary>What a mounted class does to Secrets, through the whole controller.</summary>
public sealed class SecretObjectTests
{
    private const string Ns = MirrorUnderTest.Ns;

    [Fact]
    public async Task MountedClass_ItsSecretHasDataMarksOwnersAndAStatus()
    {
        await using MirrorUnderTest mirror = await MirrorUnderTest.StartAsync();
        mirror.Class("app", "db");
        mirror.Pod("web-1", "app");

        await mirror.ValueAsync("hunter2");

        JsonObject secret = mirror.Controller.Secret("db")!;
        Assert.Equal("Opaque", (string?)secret["type"]);
        Assert.Equal("true", (string?)secret["metadata"]!["labels"]!["secrets-store.csi.k8s.io/managed"]);
        Assert.Equal("test", (string?)secret["metadata"]!["labels"]!["environment"]);
        Assert.Equal("""{"note":"mirrored"}""", secret["metadata"]!["annotations"]!.ToJsonString());
        JsonNode owner = Assert.Single((JsonArray)secret["metadata"]!["ownerReferences"]!)!;
        Assert.Equal("ReplicaSet web-rs uid-of-web-rs", $"{owner["kind"]} {owner["name"]} {owner["uid"]}");
        Assert.Null(owner["controller"]);
        await Wait.UntilAsync(() => mirror.Entry("app", "db") is not null, "status");
        Assert.Equal(32, ((string)mirror.Entry("app", "db")!["hash"]!).Length);
        Assert.Equal("2026-03-02T08:00:00Z", ((string)mirror.Entry("app", "db")!["time"]!)[..19] + "Z");
        Assert.Equal(["secretName", "hash", "time"], mirror.Entry("app", "db")!.Select(static m => m.Key)); // no empty text: some servers refuse it
        Assert.Contains("create serviceaccounts/token", mirror.Api.Requests);
    }

    [Fact]
    public async Task ClassThatNobodyMounts_NothingIsReadOrWritten()
    {
        await using MirrorUnderTest mirror = await MirrorUnderTest.StartAsync();
        mirror.Class("idle", "idle");
        mirror.Class("app", "db");
        mirror.Status("ghost", "no-such-uid", "idle", "v1");
        mirror.Pod("web-1", "app");

        await mirror.ValueAsync("hunter2");
        await mirror.Controller.PassAsync(TimeSpan.FromSeconds(5));

        Assert.Null(mirror.Controller.Secret("idle"));
        Assert.All(mirror.Provider.Calls, c => Assert.Equal("read password", c));
    }

    [Theory]
    [InlineData("a pod of that name, made anew")]
    [InlineData("a pod that mounts another class")]
    [InlineData("a pod that has ended")]
    public async Task StatusThatClaimsMoreThanItsPod_ServesNobody(string claim)
    {
        await using MirrorUnderTest mirror = await MirrorUnderTest.StartAsync(before: m =>
        {
            m.Class("idle", "idle");
            m.Class("app", "db");
            string uid = m.Pod("web-1", "app");
            string other = m.Pod("web-2", claim.Contains("another", StringComparison.Ordinal) ? "app" : "idle", "other");
            m.Status("web-2", claim.Contains("anew", StringComparison.Ordinal) ? uid : other, "idle", "v1");
            if (claim.Contains("ended", StringComparison.Ordinal))
            {
                m.Api.Edit("pods", Ns, "web-2", static p => p["status"]!["phase"] = "Succeeded");
            }
        });

        await mirror.ValueAsync("hunter2");
        await mirror.Controller.PassAsync(TimeSpan.FromSeconds(5));

        Assert.Null(mirror.Controller.Secret("idle"));
        Assert.Null(mirror.Entry("idle", "idle"));
    }

    [Fact]
    public async Task SecondDeployment_IsOneMoreOwner_AndTheBarePodsOwnerIsItsStatus()
    {
        await using MirrorUnderTest mirror = await MirrorUnderTest.StartAsync();
        mirror.Class("app", "db");
        mirror.Pod("web-1", "app");
        await mirror.ValueAsync("hunter2");
        mirror.Pod("api-1", "app", owner: "api-rs");
        mirror.Pod("bare", "app", owner: null);

        await Wait.UntilAsync(() => Owners(mirror).Count == 3, "three owners");

        Assert.Equal(["ReplicaSet api-rs", "ReplicaSet web-rs", $"SecretProviderClassPodStatus bare-{Ns}-app"], Owners(mirror).Order());
    }

    [Fact]
    public async Task NewVersionInAPod_IsMirroredAtOnce_AndAnEditIsTakenBack()
    {
        await using MirrorUnderTest mirror = await MirrorUnderTest.StartAsync();
        mirror.Class("app", "db");
        string uid = mirror.Pod("web-1", "app");
        await mirror.ValueAsync("hunter2");
        await Wait.UntilAsync(() => mirror.Entry("app", "db") is not null, "status");
        string hash = (string)mirror.Entry("app", "db")!["hash"]!;

        mirror.Provider.Put("password", "rotated");
        mirror.Status("web-1", uid, "app", "v2");
        await mirror.ValueAsync("rotated");
        await Wait.UntilAsync(() => (string)mirror.Entry("app", "db")!["hash"]! != hash, "another hash");

        JsonObject edited = mirror.Controller.Secret("db")!;
        edited["data"]!["pw"] = "d3Jvbmc=";
        edited["data"]!["more"] = "d3Jvbmc=";
        mirror.Api.Put("secrets", edited.ToJsonString());
        await mirror.ValueAsync("rotated");
        await Wait.UntilAsync(() => mirror.Controller.Data("db")!.Count == 1, "the foreign key is gone");
    }

    [Fact]
    public async Task RotationWithoutAPodsNews_IsMirroredWithinTheInterval()
    {
        await using MirrorUnderTest mirror = await MirrorUnderTest.StartAsync();
        mirror.Class("app", "db");
        mirror.Pod("web-1", "app");
        await mirror.ValueAsync("hunter2");

        mirror.Provider.Put("password", "rotated");
        await mirror.Controller.PassUntilAsync(() => mirror.Value() == "rotated", TimeSpan.FromMinutes(4), "rotated");
    }

    [Fact]
    public async Task SecretOfSomebodyElse_IsLeftAsItIs_AndSaid()
    {
        await using MirrorUnderTest mirror = await MirrorUnderTest.StartAsync();
        mirror.Api.Put("secrets", $$"""{"metadata":{"namespace":"{{Ns}}","name":"db"},"type":"Opaque","data":{"mine":"eA=="} }""");
        mirror.Class("app", "db");
        mirror.Pod("web-1", "app");

        await mirror.EventAsync("FailedToCreateSecret");

        Assert.Equal("x", mirror.Controller.Data("db")!["mine"]);
        Assert.Single(mirror.Controller.Data("db")!);
        await Wait.UntilAsync(() => mirror.Entry("app", "db")?["error"]?.ToString().Contains("somebody else made it", StringComparison.Ordinal) == true, "error in the status");
    }

    [Fact]
    public async Task SeveralServiceAccounts_TheOldestPodsServesUntilItIsGone()
    {
        await using MirrorUnderTest mirror = await MirrorUnderTest.StartAsync();
        mirror.Class("app", "db");
        mirror.Pod("old", "app", account: "web");
        mirror.Controller.Time.Advance(TimeSpan.FromSeconds(10));
        mirror.Pod("young", "app", account: "other", owner: "other-rs");

        await mirror.EventAsync("SharedByServiceAccounts");
        Assert.Contains(mirror.Controller.Events(), e => e.Contains("ServiceAccount web of the oldest pod, shop/old", StringComparison.Ordinal) && e.Contains("the others are other", StringComparison.Ordinal));
        mirror.EndPod("old", "app");
        mirror.Provider.Put("password", "rotated");

        await mirror.Controller.PassUntilAsync(() => mirror.Value() == "rotated", TimeSpan.FromMinutes(4), "the other identity serves");
    }

    [Fact]
    public async Task NamespaceThatDidNotOptIn_IsToldWhatIsMissing()
    {
        await using MirrorUnderTest mirror = await MirrorUnderTest.StartAsync(enabled: false);
        mirror.Class("app", "db");
        mirror.Pod("web-1", "app");

        await mirror.EventAsync("SecretObjectsNotEnabled");
        Assert.Null(mirror.Controller.Secret("db"));
        Assert.DoesNotContain("create serviceaccounts/token", mirror.Api.Requests);
        Assert.DoesNotContain("get pods", mirror.Api.Requests); // there is no right to read them there

        mirror.Controller.Namespace(Ns, ("secrets-store.csi.k8s.io/secret-objects", "enabled"));
        await mirror.ValueAsync("hunter2");
    }

    [Fact]
    public async Task NamespaceWithoutTheRole_IsToldWhichAndServedOnceItIsThere()
    {
        bool granted = false;
        await using MirrorUnderTest mirror = await MirrorUnderTest.StartAsync(before: m => m.Api.Fault = r =>
            r is { Verb: "get", Resource: "pods" } && !granted ? new FakeKubeApiFault { Code = 403 } : null);
        mirror.Class("app", "db");
        mirror.Pod("web-1", "app");

        await mirror.EventAsync("FailedToCreateSecret");
        Assert.Contains(mirror.Controller.Events(), e => e.EndsWith("apply the Role and RoleBinding of controller/components/secret-objects/namespace there", StringComparison.Ordinal));
        granted = true;

        await mirror.Controller.PassUntilAsync(() => mirror.Value() == "hunter2", TimeSpan.FromMinutes(4), "the Secret");
    }

    [Fact]
    public async Task ProviderPlugin_IsOutOfReach()
    {
        await using MirrorUnderTest mirror = await MirrorUnderTest.StartAsync();
        mirror.Class("app", "vault", ["db"]);
        mirror.Pod("web-1", "app");

        await mirror.EventAsync("ProviderOutOfReach");

        Assert.Contains(mirror.Controller.Events(), e => e.Contains("plugins live on nodes", StringComparison.Ordinal));
    }

    [Fact]
    public async Task SyncWithoutAPod_HasNoOwnersAndFollows()
    {
        await using MirrorUnderTest mirror = await MirrorUnderTest.StartAsync();
        mirror.Class("app", "fake", ["db"], account: "web");

        await mirror.ValueAsync("hunter2");
        Assert.Empty(Owners(mirror));
        mirror.Provider.Put("password", "rotated");

        await mirror.Controller.PassUntilAsync(() => mirror.Value() == "rotated", TimeSpan.FromMinutes(4), "rotated");
    }

    [Fact]
    public async Task SyncWithoutAPod_PodIdentity_TheClassSaysThatItCannotServe()
    {
        await using AwsWorld world = await AwsWorld.StartAsync();
        await using MirrorUnderTest mirror = await MirrorUnderTest.StartAsync(before: m => m.Controller.MoreProviders.Add(world.Provider));
        mirror.Class("app", "aws", ["db"], "[{objectName: password, objectType: secretsmanager}]");
        mirror.Api.Edit("secretproviderclasses", MirrorUnderTest.Ns, "app", static one => one["spec"]!["parameters"]!["usePodIdentity"] = "true");

        mirror.Api.Annotate("secretproviderclasses", MirrorUnderTest.Ns, "app", "secrets-store.csi.k8s.io/sync-service-account", "web");

        await mirror.EventAsync("EKS Pod Identity takes only tokens that are bound to a pod");
        await Wait.UntilAsync(() => ((string?)mirror.Entry("app", "db")?["error"])?.Contains("usePodIdentity", StringComparison.Ordinal) == true, () => mirror.Said());
        Assert.Null(mirror.Value());
        Assert.Empty(world.Server.Calls.All);
    }

    [Fact]
    public async Task TwoClassesWithOneSecret_TheOlderWrites()
    {
        await using MirrorUnderTest mirror = await MirrorUnderTest.StartAsync();
        mirror.Class("first", "db");
        mirror.Controller.Time.Advance(TimeSpan.FromSeconds(10));
        mirror.Class("second", "db", "own");
        mirror.Pod("web-1", "first");
        await mirror.ValueAsync("hunter2");
        mirror.Pod("web-2", "second", owner: "second-rs");

        await mirror.ValueAsync("hunter2", "own");
        await Wait.UntilAsync(() => mirror.Entry("second", "db")?["error"]?.ToString().Contains("SecretProviderClass shop/first writes it", StringComparison.Ordinal) == true, "refused");
        Assert.Equal(["ReplicaSet web-rs"], Owners(mirror));
    }

    [Fact]
    public async Task SecretThatLeftTheClass_GoesOnceNoPodRefersToIt()
    {
        await using MirrorUnderTest mirror = await MirrorUnderTest.StartAsync();
        mirror.Class("app", "db", "extra", "used");
        var env = new JsonObject
        {
            ["containers"] = new JsonArray(new JsonObject { ["name"] = "c", ["envFrom"] = new JsonArray(new JsonObject { ["secretRef"] = new JsonObject { ["name"] = "used" } }) }),
        };
        mirror.Pod("web-1", "app", more: env);
        await mirror.ValueAsync("hunter2", "extra");
        await mirror.ValueAsync("hunter2", "used");
        await Wait.UntilAsync(() => mirror.Entry("app", "used") is not null, "status");

        mirror.Class("app", "db");
        await Wait.UntilAsync(() => mirror.Controller.Secret("extra") is null, "extra is gone");
        Assert.NotNull(mirror.Controller.Secret("used"));
        mirror.EndPod("web-1", "app");
        mirror.Pod("web-2", "app");

        await mirror.Controller.PassUntilAsync(() => mirror.Controller.Secret("used") is null, TimeSpan.FromMinutes(5), "used is gone");
        Assert.NotNull(mirror.Controller.Secret("db"));
    }

    [Fact]
    public async Task DeletedClass_ItsSecretsStay_AndARestartWritesNothing()
    {
        await using MirrorUnderTest mirror = await MirrorUnderTest.StartAsync();
        await mirror.TwoClassesAsync();

        mirror.Api.Delete("secretproviderclasses", Ns, "app");
        await mirror.Controller.PassAsync(TimeSpan.FromMinutes(3), TimeSpan.FromSeconds(5));
        Assert.Equal("hunter2", mirror.Value());
        int writes = mirror.Writes();
        int reads = mirror.Provider.Calls.Count;
        await mirror.Controller.RestartAsync();
        await Wait.UntilAsync(() => mirror.Provider.Calls.Count > reads, "read again");
        await mirror.Controller.PassAsync(TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(5));

        Assert.True(writes == mirror.Writes(), $"{writes} writes, then {mirror.Writes()}: {mirror.Said()}");
    }

    [Fact]
    public async Task QuietHourOf200Secrets_WritesNothingButTokens()
    {
        await using MirrorUnderTest mirror = await MirrorUnderTest.StartAsync();
        for (int i = 0; i < 200; i++)
        {
            mirror.Class($"app-{i}", $"db-{i}");
            mirror.Pod($"web-{i}", $"app-{i}", owner: $"rs-{i}");
        }

        await Wait.UntilAsync(() => Enumerable.Range(0, 200).All(i => mirror.Entry($"app-{i}", $"db-{i}") is { } entry && entry["error"] is null), "200 Secrets");
        await mirror.Controller.PassAsync(TimeSpan.FromSeconds(5));
        int writes = mirror.Writes();
        int reads = mirror.Provider.Calls.Count;

        await mirror.PassQuietlyAsync(TimeSpan.FromHours(1));

        Assert.True(writes == mirror.Writes(), $"{mirror.Writes() - writes} writes more: {mirror.Said()}");
        Assert.True(mirror.Provider.Calls.Count > reads, "it looked");
    }

    private static IReadOnlyList<string> Owners(MirrorUnderTest mirror, string secret = "db") =>
        [.. (mirror.Controller.Secret(secret)?["metadata"]?["ownerReferences"] as JsonArray ?? []).Select(o => $"{o!["kind"]} {o["name"]}")];
}
