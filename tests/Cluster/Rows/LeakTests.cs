using k8s.Models;

namespace CsiSecrets.Tests.Cluster.Rows;

/// <summary>A value, a token and a key go nowhere but into the files: searched for in all that the driver writes.</summary>
public sealed class LeakTests(ClusterUnderTest cluster) : IClassFixture<ClusterUnderTest>
{
    private const string Marker = "m4rk3r-of-a-value";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ValuesTokensAndKeys_InLogEventsStatusesMetricsAndStateFiles_AreNowhere()
    {
        using var driver = new DriverPod(cluster);
        await using Tenant tenant = await Tenant.CreateAsync(cluster, "leak", Token);
        await tenant.Aws.SecretAsync("leak/one", Marker, Token);
        string key = await tenant.KeysAsync("keys");
        const string Objects = "- {objectName: leak/one, objectType: secretsmanager, objectAlias: one}";
        await tenant.ClassAsync("irsa", Objects);
        await tenant.ClassAsync("static", Objects);
        await tenant.ClassAsync("broken", Objects.Replace("}", ", jmesPath: [{path: a, objectAlias: b}]}", StringComparison.Ordinal));
        await Task.WhenAll(tenant.PodAsync("irsa", "one"), tenant.PodAsync("static", "one", "keys"), tenant.PodAsync("broken", "one"));
        await Task.WhenAll(tenant.SeesAsync("irsa", Marker), tenant.SeesAsync("static", Marker), tenant.EventAsync("Warning FailedMount.*leak/one"));
        await tenant.Aws.SecretAsync("leak/one", Marker + "2", Token);
        await Task.WhenAll(tenant.SeesLastAsync("irsa", Marker + "2"), tenant.SeesLastAsync("static", Marker + "2"));
        await tenant.StatusAsync("static", static _ => true);

        V1Pod pod = await driver.ReadyAsync(Token);
        var written = new Dictionary<string, string>
        {
            ["log"] = await driver.LogAsync(pod, Token),
            ["events"] = await tenant.EventsAsync(Token),
            ["statuses"] = await Shell.KubectlAsync("get secretproviderclasspodstatuses -n leak -o json", Token),
            ["metrics"] = await driver.MetricsAsync(pod, Token),
        };
        string state = Path.Combine(cluster.State, "driver");
        foreach (string file in Directory.EnumerateFiles(state, "*", SearchOption.AllDirectories))
        {
            written[file] = await File.ReadAllTextAsync(file, Token);
        }

        Assert.True(written.Keys.Count(k => k.EndsWith(".json", StringComparison.Ordinal)) >= 2, string.Join('\n', written.Keys));
        Assert.All(written, w => Assert.All(
            [Marker, key, "eyJ"], secret => Assert.False(w.Value.Contains(secret, StringComparison.Ordinal), $"{secret} is in {w.Key}: {w.Value}")));
    }
}
