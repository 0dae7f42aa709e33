namespace CsiSecrets.Tests.Reload;

/// <summary>Reloader's metrics, by its names and labels.</summary>
public sealed class ReloadMetricTests
{
    private const string Received = "reloader_events_received_total";
    private const string Processed = "reloader_events_processed_total";

    [Fact]
    public async Task EventsOfSources_AreCountedAsTheyCome_AndOnceTheirWorkloadsAreDone()
    {
        await using ReloadUnderTest test = await ReloadUnderTest.StartAsync(static t => t.Secret("one", "lonely"));
        await test.RecordedAsync();
        await test.UntilAsync(() => test.Sample("reloader_reconcile_total{result=\"success\"}") > 0, "the end of the first look");
        test.Api.Fault = static route => route is { Verb: "patch", Resource: "deployments" } ? new() { Code = 503 } : null;

        test.Secret("two");
        test.Secret("two", "lonely");
        test.Put("secrets", "app-db", "type: Opaque");
        test.Api.Delete("secrets", ReloadUnderTest.Ns, "lonely");
        await test.UntilAsync(() => test.Sample(Of(Received, "update")) == 3 && test.Sample(Of(Received, "delete")) == 1, "every event");
        await test.PassUntilAsync(() => test.Sample("reloader_reconcile_total{result=\"error\"}") > 0, "a failure");

        // The one that is a change waits for its Deployment; the others are no reason to look at any.
        Assert.Equal((3, 2, 1), (test.Sample(Of(Received, "add")), test.Sample(Of(Processed, "update", ",result=\"success\"")), test.Sample(Of(Processed, "delete", ",result=\"success\""))));
        Assert.Equal((1, 2), (test.Sample("reloader_skipped_total{reason=\"no_data_change\"}"), test.Sample("reloader_skipped_total{reason=\"no_match\"}")));

        test.Api.Fault = static _ => null;
        await test.PassUntilAsync(() => test.Mark().Length > 0, "the mark");
        await test.UntilAsync(() => test.Sample(Of(Processed, "update", ",result=\"success\"")) == 3, "the end of the change");
    }

    [Fact]
    public async Task AnIgnoredNamespace_IsSaidSo()
    {
        await using ReloadUnderTest test = await ReloadUnderTest.StartAsync(static t => t.Options.IgnoredNamespaces = [ReloadUnderTest.Ns]);

        test.Secret("two");
        await test.UntilAsync(() => test.Sample("reloader_skipped_total{reason=\"ignored_or_not_selected\"}") == 1, "the event");
        await test.PassAsync(10);

        Assert.Empty(test.Record());
    }

    [Fact]
    public async Task TheLine_AndEachLook_AreMeasured()
    {
        await using ReloadUnderTest test = await ReloadUnderTest.StartAsync();
        Assert.Contains("reloader_reload_executed_total{success=\"false\"} 0\n", test.Meters.Expose(), StringComparison.Ordinal);
        await test.RecordedAsync();
        double queued = test.Sample("reloader_workqueue_adds_total");

        test.Secret("two");
        await test.PassUntilAsync(() => test.Mark().Length > 0, "the mark");
        await test.UntilAsync(() => test.Sample("reloader_reload_executed_total{success=\"true\"}") == 1, "its count");

        Assert.True(test.Sample("reloader_workqueue_adds_total") > queued);
        await test.UntilAsync(() => test.Sample("reloader_workqueue_depth") == 0, "an empty line");
        Assert.Equal(test.Sample("reloader_workqueue_adds_total"), test.Sample("reloader_workqueue_latency_seconds_count"));
        Assert.True(test.Sample("reloader_reconcile_duration_seconds_count{result=\"success\"}") >= 2);
        Assert.Equal(1, test.Sample("reloader_action_latency_seconds_bucket{workload_kind=\"Deployment\",le=\"60\"}"));
    }

    private static string Of(string metric, string happened, string more = "") => $"{metric}{{event_type=\"{happened}\",resource_type=\"secrets\"{more}}}";
}
