using CsiSecrets.Model;
using CsiSecrets.Telemetry;

namespace CsiSecrets.Tests.Telemetry;

public class MetersTests
{
    [Fact]
    public void Expose_ThePeersNames_AreAllThere()
    {
        var meters = new Meters();
        var node = new NodeMeters(meters);
        node.PublishEnded("aws", null);
        node.PublishEnded("aws", FailureReason.AccessDenied);
        node.UnpublishEnded(null);
        node.UnpublishEnded(FailureReason.UnmountFailed);
        node.RefreshEnded("aws", true, 0.3, null);
        node.RefreshEnded("aws", false, 7, FailureReason.ProviderTimeout);
        string[] lines = meters.Expose().Split('\n');
        Assert.Contains("node_publish_total{provider=\"aws\",os_type=\"linux\"} 1", lines);
        Assert.Contains("node_publish_error_total{provider=\"aws\",error_type=\"ProviderError\",os_type=\"linux\"} 1", lines);
        Assert.Contains("node_unpublish_total{os_type=\"linux\"} 1", lines);
        Assert.Contains("node_unpublish_error_total{os_type=\"linux\"} 1", lines);
        Assert.Contains("rotation_reconcile_total{provider=\"aws\",os_type=\"linux\",rotated=\"true\"} 1", lines);
        Assert.Contains("rotation_reconcile_error_total{provider=\"aws\",error_type=\"GRPCProviderError\",os_type=\"linux\",rotated=\"false\"} 1", lines);
        Assert.Contains("rotation_reconcile_duration_sec_bucket{os_type=\"linux\",le=\"0.2\"} 0", lines);
        Assert.Contains("rotation_reconcile_duration_sec_bucket{os_type=\"linux\",le=\"0.3\"} 1", lines);
        Assert.Contains("rotation_reconcile_duration_sec_bucket{os_type=\"linux\",le=\"+Inf\"} 1", lines);
        Assert.Contains("rotation_reconcile_duration_sec_sum{os_type=\"linux\"} 0.3", lines);
        Assert.Contains("rotation_reconcile_duration_sec_count{os_type=\"linux\"} 1", lines);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData(FailureReason.Internal, true)]
    internal void Call_IsCountedAsAnErrorOrAsASuccess_AsThePeerDoes(FailureReason? failure, bool error)
    {
        var meters = new Meters();
        var node = new NodeMeters(meters);
        node.PublishEnded("aws", failure);
        node.UnpublishEnded(failure);
        node.RefreshEnded("aws", true, 0.3, failure);
        string[] counted = [.. meters.Expose().Split('\n').Where(l => l.EndsWith(" 1", StringComparison.Ordinal) && !l.Contains("_sec", StringComparison.Ordinal))];
        Assert.Equal(3, counted.Length);
        Assert.All(counted, l => Assert.Equal(error, l.Contains("_error_total", StringComparison.Ordinal)));
    }

    [Fact]
    public void Expose_QuotesBackslashesAndNewLinesInLabels_AreEscaped()
    {
        var meters = new Meters();
        new NodeMeters(meters).PublishEnded("a\"b\\c\nd", null);
        Assert.Contains("node_publish_total{provider=\"a\\\"b\\\\c\\nd\",os_type=\"linux\"} 1\n", meters.Expose(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Expose_WhileAnotherThreadAddsSamples_WritesThoseOfOneInstant()
    {
        const int Many = 2000;
        var meters = new Meters();
        Task adding = Task.Run(
            () =>
            {
                for (int i = 0; i < Many; i++)
                {
                    meters.ProviderCall($"provider-{i}", "GetSecretValue", "ok", 0.1);
                }
            },
            TestContext.Current.CancellationToken);
        while (!adding.IsCompleted)
        {
            meters.Expose();
        }

        await adding;
        Assert.Equal(Many, meters.Expose().Split('\n').Count(l => l.StartsWith("csi_secrets_provider_calls_total{", StringComparison.Ordinal)));
    }

    [Fact]
    public void Expose_WatchedMetric_IsReadWhenAskedFor()
    {
        var meters = new Meters();
        double value = 1;
        meters.Watch("age", "An age.", ["pod"], () => [(["web"], value)]);
        value = 2.5;
        Assert.EndsWith("# HELP age An age.\n# TYPE age gauge\nage{pod=\"web\"} 2.5\n", meters.Expose(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AccessDeniedException", "AccessDeniedException")]
    [InlineData("HTTP 503", "HTTP 503")]
    [InlineData("no code at all: <html>", "other")]
    [InlineData("", "other")]
    public void ProviderCall_Outcome_OnlyWhatLooksLikeACodeBecomesALabel(string outcome, string label)
    {
        var meters = new Meters();
        meters.ProviderCall("aws", "GetSecretValue", outcome, 0.02);
        Assert.Contains(
            $"csi_secrets_provider_calls_total{{provider=\"aws\",operation=\"GetSecretValue\",outcome=\"{label}\"}} 1\n",
            meters.Expose(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void KubeRequest_WithoutAnAnswer_IsCountedAsNone()
    {
        var meters = new Meters();
        meters.KubeRequest("get", "Pod", 200);
        meters.KubeRequest("get", "Pod", null);
        string text = meters.Expose();
        Assert.Contains("csi_secrets_kube_requests_total{verb=\"get\",kind=\"Pod\",code=\"200\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("csi_secrets_kube_requests_total{verb=\"get\",kind=\"Pod\",code=\"none\"} 1\n", text, StringComparison.Ordinal);
    }
}
