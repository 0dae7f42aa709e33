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
    public void Interval_OfManyObjects_IsSpread()
    {
        ExternalSecretPlan plan = Plan("refreshInterval: 1h");
        double[] minutes =
        [
            .. Enumerable.Range(0, 1000)
                .Select(i => RefreshPlan.Decide(plan with { Uid = $"u{i}" }, StatusOf(plan), Synced).Next!.Value)
                .Select(n => (n - Synced).TotalMinutes),
        ];

        Assert.InRange(minutes.Average(), 56.7, 57.3);
        Assert.InRange(minutes.Count(m => m < 55.5), 180, 320);
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
