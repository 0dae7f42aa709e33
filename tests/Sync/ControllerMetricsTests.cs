using CsiSecrets.AwsApi;
using CsiSecrets.Model;
using CsiSecrets.Tests.Harness;

namespace CsiSecrets.Tests.Sync;

/// <summary>What <c>GET /metrics</c> says of the sync path, by the names of docs/metrics.md.</summary>
public sealed class ControllerMetricsTests : ControllerTests
{
    [Fact]
    public async Task Sync_IsCounted_Timed_AndItsConditionShown()
    {
        Controller.ExternalSecret(Simple);
        await Controller.SyncedAsync();
        await ShownAsync("externalsecret_status_condition{name=\"app\",namespace=\"shop\",condition=\"Ready\",status=\"True\"} 1");

        await ShownAsync("secretstore_status_condition{name=\"main\",namespace=\"shop\",condition=\"Ready\",status=\"True\"} 1");
        await ShownAsync("externalsecret_sync_calls_total{name=\"app\",namespace=\"shop\"} 1");
        await ShownAsync("externalsecret_reconcile_duration{name=\"app\",namespace=\"shop\"} 0");
        await ShownAsync("csi_secrets_externalsecret_sync_duration_seconds_count{outcome=\"success\"} 1");
        await ShownAsync("csi_secrets_fetches_total{answered_by=\"call\"} 1");
        Assert.DoesNotContain("externalsecret_sync_calls_error{", Controller.Meters.Expose(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RequestsToTheApiServer_AreCounted_AndWhatItDependsOnIsShown()
    {
        Controller.ExternalSecret(Simple);
        await Controller.SyncedAsync();

        await ShownAsync("csi_secrets_kube_requests_total{verb=\"apply\",kind=\"Secret\",code=\"201\"} 1");
        await ShownAsync("csi_secrets_kube_requests_total{verb=\"patch\",kind=\"ExternalSecret/status\",code=\"200\"} 1");
        await ShownAsync("csi_secrets_ready{check=\"watches\"} 1");
    }

    [Fact]
    public async Task FailedSync_IsCountedAsOne()
    {
        // Its store's first Ready wakes whatever is not Ready: another sync.
        await ShownAsync("secretstore_status_condition{name=\"main\",namespace=\"shop\",condition=\"Ready\",status=\"True\"} 1");
        Controller.Remote.Fail = what => what == "db" ? new SecretsException(FailureReason.AccessDenied, "db", "no", "allow it") : null;
        Controller.ExternalSecret(Simple);
        await Controller.ReadyAsync("False");

        await ShownAsync("externalsecret_sync_calls_error{name=\"app\",namespace=\"shop\"} 1");
        await ShownAsync("csi_secrets_externalsecret_sync_duration_seconds_count{outcome=\"error\"} 1");
        await ShownAsync("externalsecret_status_condition{name=\"app\",namespace=\"shop\",condition=\"Ready\",status=\"False\"} 1");
    }

    [Fact]
    public async Task HeldValues_AreSizedInBytes_UntilTheirObjectIsGone()
    {
        Controller.ExternalSecret(Simple);
        await Controller.SyncedAsync();
        await ShownAsync($"csi_secrets_held_value_bytes {"password".Length + "first".Length}");

        Controller.Api.Delete("externalsecrets", ControllerUnderTest.Ns, "app");
        await ShownAsync("csi_secrets_held_value_bytes 0");
        foreach (string metric in (string[])["externalsecret_sync_calls_total", "externalsecret_reconcile_duration", "externalsecret_status_condition"])
        {
            await ControllerUnderTest.UntilAsync(() => !Controller.Meters.Expose().Contains($"{metric}{{name=\"app\"", StringComparison.Ordinal), $"{metric} is gone");
        }
    }

    [Fact]
    public async Task ClusterStore_HasItsOwnMetric()
    {
        Controller.Put("ClusterSecretStore", "all", "provider: {fake: {validationResult: 2, data: [] } }");

        await ShownAsync("clustersecretstore_status_condition{name=\"all\",namespace=\"\",condition=\"Ready\",status=\"False\"} 1");
    }

    [Theory]
    [InlineData("secretsmanager", null, "AWS/SecretsManager", "success")]
    [InlineData("ssm", "AccessDeniedException", "AWS/ParameterStore", "error")]
    [InlineData("sts", null, "AWS/STS", "success")]
    public async Task CallToAws_IsCountedUnderThePeersName(string service, string? code, string provider, string status)
    {
        Controller.Host.Attempted(new AwsAttempt(service, "Operation", code, false, TimeSpan.FromSeconds(1)));

        await ShownAsync($"externalsecret_provider_api_calls_count{{provider=\"{provider}\",call=\"Operation\",status=\"{status}\"}} 1");
    }

    private Task ShownAsync(string sample) => Wait.UntilAsync(
        () => Controller.Meters.Expose().Split('\n').Contains(sample), () => $"{sample}, it is {Like(sample)}");

    private string Like(string sample) => string.Join("; ", Controller.Meters.Expose().Split('\n').Where(l => l.StartsWith(sample.Split('{', ' ')[0], StringComparison.Ordinal)));
}
