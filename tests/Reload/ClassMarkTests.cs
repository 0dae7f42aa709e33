namespace CsiSecrets.Tests.Reload;

/// <summary>The annotations of a class itself: Reloader reads <c>ignore</c> and <c>match</c> there, as on Secrets. Of an ExternalSecret that is mounted
/// as a volume, too.</summary>
public sealed class ClassMarkTests
{
    [Theory]
    [InlineData("secretproviderclasses", "secretProviderClass", "db")]
    [InlineData("externalsecrets", "externalSecret", "es-db")]
    public async Task Ignore_IsNoReason_UntilItIsTakenAway(string resource, string attribute, string status)
    {
        await using ReloadUnderTest test = await StartAsync(resource, attribute, status, "reloader.stakater.com/ignore: 'true'", "reloader.stakater.com/auto: 'true'");
        string mark = MarkOf(status);

        test.Status("p1", "v2", status);
        await test.UntilAsync(() => test.Received("secretproviderclasspodstatuses") > 0, "the change");
        await test.PassAsync(10);
        Assert.Empty(test.Mark(mark));

        test.Put(resource, "db", "spec: {}", "reloader.stakater.com/ignore: 'false'");
        await test.PassUntilAsync(() => test.Record().Contains($"SECRETPROVIDERCLASS/{status}", StringComparison.Ordinal), "a baseline");
        Assert.Empty(test.Mark(mark));
        test.Status("p1", "v3", status);
        await test.PassUntilAsync(() => test.Mark(mark).Length > 0, "the mark");
    }

    [Theory]
    [InlineData("secretproviderclasses", "secretProviderClass", "db")]
    [InlineData("externalsecrets", "externalSecret", "es-db")]
    public async Task Match_IsWhatSearchFinds(string resource, string attribute, string status)
    {
        await using ReloadUnderTest test = await StartAsync(resource, attribute, status, "reloader.stakater.com/match: 'true'", "reloader.stakater.com/search: 'true'");
        await test.PassUntilAsync(() => test.Record().Contains($"SECRETPROVIDERCLASS/{status}", StringComparison.Ordinal), "the baseline");

        test.Status("p1", "v2", status);
        await test.PassUntilAsync(() => test.Mark(MarkOf(status)).Length > 0, "the mark");
    }

    [Fact]
    public async Task WithoutMatch_SearchFindsNothing()
    {
        await using ReloadUnderTest test = await StartAsync("secretproviderclasses", "secretProviderClass", "db", "some: 'thing'", "reloader.stakater.com/search: 'true'");

        test.Status("p1", "v2");
        await test.UntilAsync(() => test.Received("secretproviderclasspodstatuses") > 0, "the change");
        await test.PassAsync(10);

        Assert.Empty(test.Mark(MarkOf("db")));
    }

    private static async Task<ReloadUnderTest> StartAsync(string resource, string attribute, string status, string onTheClass, string onTheWorkload)
    {
        ReloadUnderTest test = await ReloadUnderTest.StartAsync(t => Seed(t, resource, attribute, status, onTheClass, onTheWorkload));

        // What comes before the first look is a baseline.
        await test.UntilAsync(() => test.Sample("reloader_reconcile_total{result=\"success\"}") > 0, "the first look");
        return test;
    }

    private static void Seed(ReloadUnderTest t, string resource, string attribute, string status, string onTheClass, string onTheWorkload)
    {
        t.Put(resource, "db", "spec: {}", onTheClass);
        t.Status("p1", "v1", status);
        t.Api.Delete("deployments", ReloadUnderTest.Ns, "app");
        t.Put(
            "deployments",
            "app",
            $$$$"""
            spec: {template: {metadata: {labels: {a: b}}, spec: {containers: [{name: main, image: app, volumeMounts: [{name: s, mountPath: /s}]}],
              volumes: [{name: s, csi: {driver: secrets-store.csi.k8s.io, volumeAttributes: { {{{{attribute}}}}: db}}}]}}}
            """,
            onTheWorkload);
    }

    private static string MarkOf(string status) => $"STAKATER_{status.ToUpperInvariant().Replace('-', '_')}_SECRETPROVIDERCLASS";
}
