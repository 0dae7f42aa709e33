using CsiSecrets.Kube.Work;
using CsiSecrets.Tests.Harness;

namespace CsiSecrets.Tests.Death.Controllers;

/// <summary>
/// A controller is killed by SIGKILL before or after each call that a sync makes, while everything is being rotated; another one starts on what
/// is left. No Secret is emptied, deleted or half-written at any moment, nothing is read that is not due, and nothing is rolled twice.
/// </summary>
public sealed class ControllerDeathTests
{
    private static readonly string[] Synced = ["app", "left", "right", "moved"];

    public static TheoryData<string> Steps =>
    [
        "before get secrets aws-keys",
        "aws app-db",
        "before patch secrets app",
        "after patch secrets app",
        "after patch externalsecrets/status app",
        "before patch secrets shared",
        "after patch secrets shared",
        "after patch secrets new-name",
        "before delete secrets old-name",
        "after delete secrets old-name",
        "before patch secrets mirrored",
        "after patch secrets mirrored",
        "after patch secretproviderclasses/status app-class",
        "before patch deployments web",
        "after patch deployments web",
        "before create jobs",
        "after create jobs",
        "after patch cronjobs nightly",
        "after patch secrets csi-secrets-reload-job",
        "before delete jobs once",
        "after delete jobs once",
        "after create events",
    ];

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task KilledAtStep_TheNextOneEndsWhatItBegan(string step)
    {
        await using MortalCluster cluster = await MortalCluster.StartAsync();
        await using ControllerProcess first = cluster.Run("first");
        await UntilAsync(cluster, first, () => IsWhole(cluster, "one", "old-name") && Recorded(cluster), "the first sync");
        string hash = cluster.Field("secretproviderclasses", "app-class", "status", "secretObjects", "hash");
        string key = cluster.Field("secrets", "aws-keys", "metadata", "resourceVersion");
        Dictionary<string, string> before = Synced.ToDictionary(static n => n, cluster.RefreshVersion);

        cluster.Victim = first;
        cluster.Arm(step);
        cluster.Rotate();
        Assert.Equal(DyingNode.Killed, await first.ExitAsync());
        List<string> done = [.. Synced.Where(n => cluster.RefreshVersion(n) != before[n])];
        Dictionary<string, int> calls = done.ToDictionary(static n => n, n => cluster.Calls($"{n}-db"));

        await using ControllerProcess second = cluster.Run("second");
        await UntilAsync(cluster, second, () => IsWhole(cluster, "two", "new-name") && cluster.Rolls > 0 && cluster.JobsAreDone, "the end of what was begun");
        await UntilAsync(cluster, second, () => cluster.Field("secretproviderclasses", "app-class", "status", "secretObjects", "hash") is { Length: > 0 } now && now != hash, "the mirror's word");
        cluster.Put("externalsecrets", "last", "spec: {secretStoreRef: {name: plain}, data: [{secretKey: k, remoteRef: {key: k}}]}");
        await UntilAsync(cluster, second, () => cluster.Ready("last") == "True", "one more");

        Assert.Empty(cluster.Wrong);
        Assert.Equal("", cluster.Data("old-name"));
        Assert.Equal(1, cluster.Calls("calm-db"));
        Assert.All(done, n => Assert.Equal(calls[n], cluster.Calls($"{n}-db")));
        Assert.Equal((1, 1, 2), (cluster.Rolls, cluster.Runs, cluster.JobsMade));
        Assert.Equal(key, cluster.Field("secrets", "aws-keys", "metadata", "resourceVersion"));
    }

    [Theory]
    [InlineData("before update leases")]
    [InlineData("after update leases")]
    public async Task LeaderKilledDuringARenewal_TheOtherOneTakesOverAfterItsTerm(string step)
    {
        await using MortalCluster cluster = await MortalCluster.StartAsync();
        await using ControllerProcess first = cluster.Run("first", "--enable-leader-election");
        await UntilAsync(cluster, first, () => IsWhole(cluster, "one", "old-name") && Recorded(cluster), "the first sync");
        await using ControllerProcess second = cluster.Run("second", "--enable-leader-election");

        cluster.Victim = first;
        cluster.Arm(step);
        Assert.Equal(DyingNode.Killed, await first.ExitAsync());
        cluster.Rotate();
        await UntilAsync(cluster, second, () => cluster.Leader == "second", "the other leader");
        TimeSpan waited = cluster.SinceRenewal;
        await UntilAsync(cluster, second, () => IsWhole(cluster, "two", "new-name") && cluster.Rolls > 0, "the sync");

        Assert.True(waited >= LeaderElection.Term, $"after {waited}");
        Assert.Empty(cluster.Wrong);
        Assert.Equal(1, cluster.Calls("calm-db"));
        Assert.Equal(1, cluster.Rolls);
    }

    private static bool IsWhole(MortalCluster cluster, string value, string moved) =>
        cluster.Data("app") == $"app={value}" && cluster.Data("calm") == "calm=one" && cluster.Data("shared") == $"left={value} own=mine right={value}"
        && cluster.Data(moved) == $"moved={value}" && cluster.Data("mirrored") == $"pw={value}" && Synced.All(n => cluster.Ready(n) == "True")
        && (moved == "old-name" || cluster.Data("old-name").Length == 0);

    private static bool Recorded(MortalCluster cluster) => cluster.Field("deployments", "web", "metadata", "annotations", "reload.csi-secrets/seen").Contains("SECRET/app", StringComparison.Ordinal)
        && cluster.Field("cronjobs", "nightly", "metadata", "annotations", "reload.csi-secrets/seen").Contains("SECRET/app", StringComparison.Ordinal)
        && cluster.Field("jobs", "once", "metadata", "annotations", "reload.csi-secrets/seen").Contains("SECRET/app", StringComparison.Ordinal)
        && cluster.Field("secretproviderclasses", "app-class", "status", "secretObjects", "hash").Length > 0 && cluster.Ready("calm") == "True";

    private static Task UntilAsync(MortalCluster cluster, ControllerProcess process, Func<bool> condition, string what) =>
        Wait.UntilAsync(condition, () => $"{what}\n{cluster.Describe()}\n{process.Said}");
}
