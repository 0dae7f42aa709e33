using CsiSecrets.Model.Manifests;
using CsiSecrets.Model.Manifests.ExternalSecrets;
using CsiSecrets.Resolution.ExternalSecrets;

namespace CsiSecrets.Tests.Resolution.ExternalSecrets;

public sealed class RefreshPlanTests
{
    private static readonly DateTimeOffset Synced = new(2026, 3, 2, 10, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("refreshInterval: 1h")]
    [InlineData("refreshInterval: '0'")]
    [InlineData("refreshPolicy: CreatedOnce")]
    [InlineData("refreshPolicy: OnChange")]
    public void NeverSynced_IsDue(string spec)
    {
        ExternalSecretPlan plan = Plan(spec);

        Assert.Equal(RefreshCause.First, RefreshPlan.Decide(plan, null, Synced).Cause);
        Assert.Equal(RefreshCause.First, RefreshPlan.Decide(plan, new ExternalSecretStatus { RefreshTime = Synced }, Synced).Cause);
    }

    [Theory]
    [InlineData("refreshInterval: 1h", "Changed")]
    [InlineData("refreshInterval: '0'", "Changed")]
    [InlineData("refreshPolicy: OnChange", "Changed")]
    [InlineData("refreshPolicy: CreatedOnce", "None")]
    public void EditedOrForced_IsDueButForCreatedOnce(string spec, string expected)
    {
        ExternalSecretPlan plan = Plan(spec);
        ExternalSecretStatus status = StatusOf(plan);
        ExternalSecretPlan edited = plan with { Generation = 4 };
        ExternalSecretPlan forced = plan with { Annotations = new Dictionary<string, string> { ["force-sync"] = "1" } };

        Assert.Equal(expected, RefreshPlan.Decide(edited, status, Synced).Cause.ToString());
        Assert.Equal(expected, RefreshPlan.Decide(forced, status, Synced).Cause.ToString());
        Assert.Equal(RefreshCause.None, RefreshPlan.Decide(plan, status, Synced).Cause);
    }

    [Theory]
    [InlineData("refreshInterval: '0'")]
    [InlineData("refreshPolicy: OnChange")]
    [InlineData("refreshPolicy: CreatedOnce")]
    public void ByTheClock_NeverWhereNoIntervalCounts(string spec)
    {
        ExternalSecretPlan plan = Plan(spec);

        Assert.Equal(new RefreshDecision(RefreshCause.None, null), RefreshPlan.Decide(plan, StatusOf(plan), Synced.AddYears(1)));
    }

    [Fact]
    public void Interval_IsDueAtItsEndAtLatest_AndAlwaysAtTheSameInstant()
    {
        ExternalSecretPlan plan = Plan("refreshInterval: 1h");
        DateTimeOffset next = RefreshPlan.Decide(plan, StatusOf(plan), Synced).Next!.Value;

        Assert.InRange(next, Synced.AddMinutes(54), Synced.AddMinutes(60));
        Assert.Equal(next, RefreshPlan.Decide(plan, StatusOf(plan), Synced.AddMinutes(30)).Next);
        Assert.False(RefreshPlan.Decide(plan, StatusOf(plan), next.AddTicks(-1)).IsDue);
        Assert.Equal(new RefreshDecision(RefreshCause.Interval, null), RefreshPlan.Decide(plan, StatusOf(plan), next));
    }

    [Fact]
    public void Interval_OfManyStores_IsSpread()
    {
        ExternalSecretPlan plan = Plan("refreshInterval: 1h");
        double[] minutes =
        [
            .. Enumerable.Range(0, 1000)
                .Select(i => RefreshPlan.Decide(plan with { Key = new ObjectKey($"team-{i}", "app") }, StatusOf(plan), Synced).Next!.Value)
                .Select(n => (n - Synced).TotalMinutes),
        ];

        Assert.InRange(minutes.Average(), 56.7, 57.3);
        Assert.InRange(minutes.Count(m => m < 55.5), 180, 320);
    }

    [Theory]
    [InlineData("name: s", false)]
    [InlineData("name: s, kind: ClusterSecretStore", true)]
    public void Interval_OfOneStore_EndsTogether(string store, bool cluster)
    {
        ExternalSecretPlan plan = Manifest.Plan($"  refreshInterval: 1h\n  secretStoreRef: {{{store}}}\n  data: [{{secretKey: k, remoteRef: {{key: r}}}}]");
        DateTimeOffset[] ends =
        [
            .. Enumerable.Range(0, 120).Select(i => RefreshPlan.Decide(
                plan with { Uid = $"u{i}", Key = new ObjectKey(cluster ? $"team-{i}" : plan.Key.Namespace, $"app-{i}") },
                StatusOf(plan) with { RefreshTime = Synced.AddSeconds(i) },
                Synced.AddSeconds(i)).Next!.Value),
        ];

        // What was synced within two minutes comes together, but for one boundary of six minutes that may lie between.
        Assert.InRange(ends.Distinct().Count(), 1, 2);
        Assert.All(ends.Zip(Enumerable.Range(0, 120)), e => Assert.InRange(e.First, Synced.AddSeconds(e.Second).AddMinutes(54), Synced.AddSeconds(e.Second).AddMinutes(60)));
    }

    [Theory]
    [InlineData("60s", 60)]
    [InlineData("5m", 300)]
    [InlineData("1h", 3600)]
    public void Interval_RefreshedWhenItWasDue_IsDueAgainAfterTheSameTime(string interval, int seconds)
    {
        ExternalSecretPlan plan = Plan($"refreshInterval: {interval}");
        DateTimeOffset due = RefreshPlan.Decide(plan, StatusOf(plan), Synced).Next!.Value;
        for (int i = 0; i < 20; i++)
        {
            // A moment after it was due; the status keeps whole seconds.
            DateTimeOffset next = RefreshPlan.Decide(plan, StatusOf(plan) with { RefreshTime = due.AddSeconds(i % 2) }, due.AddSeconds(2)).Next!.Value;
            Assert.Equal(due.AddSeconds(seconds), next);
            due = next;
        }
    }

    [Fact]
    public void ShortInterval_IsExact() =>
        Assert.Equal(Synced.AddSeconds(10), RefreshPlan.Decide(Plan("refreshInterval: 10s"), StatusOf(Plan("refreshInterval: 10s")), Synced).Next);

    [Fact]
    public void LastSyncInTheFuture_IsDue()
    {
        ExternalSecretPlan plan = Plan("refreshInterval: 1h");

        Assert.Equal(RefreshCause.Clock, RefreshPlan.Decide(plan, StatusOf(plan), Synced.AddSeconds(-1)).Cause);
    }

    [Fact]
    public void Windows_HoldBackTheIntervalUntilTheNextOpening()
    {
        ExternalSecretPlan plan = Plan("refreshInterval: 30s\n  syncWindows: {kind: allow, windows: [{schedule: '0 22 * * *', duration: 1h}]}");
        var ten = new DateTimeOffset(2026, 3, 2, 22, 0, 0, TimeSpan.Zero);

        Assert.Equal(new RefreshDecision(RefreshCause.None, ten), RefreshPlan.Decide(plan, StatusOf(plan), Synced));
        Assert.Equal(new RefreshDecision(RefreshCause.None, ten), RefreshPlan.Decide(plan, StatusOf(plan), Synced.AddHours(5)));
        Assert.Equal(RefreshCause.Interval, RefreshPlan.Decide(plan, StatusOf(plan), ten).Cause);
        Assert.Equal(RefreshCause.Interval, RefreshPlan.Decide(plan, StatusOf(plan), ten.AddHours(1)).Cause);
        Assert.Equal(ten.AddDays(1), RefreshPlan.Decide(plan, StatusOf(plan), ten.AddHours(1).AddSeconds(1)).Next);
    }

    [Fact]
    public void Windows_DoNotHoldBackAChange()
    {
        ExternalSecretPlan plan = Plan("syncWindows: {kind: deny, windows: [{schedule: '* * * * *', duration: 1h}]}");

        Assert.Equal(RefreshCause.Changed, RefreshPlan.Decide(plan with { Generation = 9 }, StatusOf(plan), Synced).Cause);
        Assert.Equal(RefreshCause.First, RefreshPlan.Decide(plan, null, Synced).Cause);
    }

    private static ExternalSecretStatus StatusOf(ExternalSecretPlan plan) =>
        new() { RefreshTime = Synced, SyncedResourceVersion = SyncedVersion.Of(plan) };

    private static ExternalSecretPlan Plan(string spec) =>
        Manifest.Plan($"  secretStoreRef: {{name: s}}\n  data: [{{secretKey: k, remoteRef: {{key: r}}}}]\n  {spec}");
}
