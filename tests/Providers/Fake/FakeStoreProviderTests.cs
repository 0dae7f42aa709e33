using CsiSecrets.Model;
using CsiSecrets.Providers;
using CsiSecrets.Providers.Fake;
using CsiSecrets.Providers.Stores;

namespace CsiSecrets.Tests.Providers.Fake;

public class FakeStoreProviderTests
{
    private const string Data = """
        {"data": [
          {"key": "app/db", "value": "{\"user\":\"u\",\"a.b\":\"dotted\",\"a\":{\"b\":\"nested\"},\"n\":1,\"none\":null}"},
          {"key": "app/db", "version": "v2", "value": "second"},
          {"key": "other", "value": "plain"}
        ]}
        """;

    private readonly FakeStoreProvider provider = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fetch_KeyAndVersion_BothCount()
    {
        (StorePlan plan, ProviderAccess access) = await OpenAsync(Data);
        IReadOnlyList<FetchResult> results = await provider.ReadAsync(
            plan, access, new RemoteSecret("other", "", false), new RemoteSecret("app/db", "v2", false), new RemoteSecret("other", "v2", false));
        Assert.Equal("plain", Assert.IsType<FetchResult.Value>(results[0]).Content.Text());
        Assert.Equal("second", Assert.IsType<FetchResult.Value>(results[1]).Content.Text());
        Assert.Equal(FailureReason.SecretNotFound, Assert.IsType<FetchResult.Missing>(results[2]).Why.Reason);
    }

    [Fact]
    public async Task Fetch_KnownVersion_IsUnchangedUntilTheManifestChanges()
    {
        (StorePlan plan, ProviderAccess access) = await OpenAsync(Data);
        SecretRequest request = provider.Plan(plan, new RemoteSecret("other", "", false));
        string version = Assert.IsType<FetchResult.Value>((await provider.FetchAsync(access, [new FetchItem(request, null)], Stop))[0]).Version;
        Assert.IsType<FetchResult.Unchanged>((await provider.FetchAsync(access, [new FetchItem(request, version)], Stop))[0]);
        (_, ProviderAccess edited) = await OpenAsync(Data.Replace("plain", "edited", StringComparison.Ordinal));
        Assert.NotEqual(access.Key, edited.Key);
        Assert.IsType<FetchResult.Value>((await provider.FetchAsync(edited, [new FetchItem(request, version)], Stop))[0]);
    }

    [Fact]
    public async Task Select_Property_LiteralFirstThenPathElseAbsent()
    {
        (StorePlan plan, ProviderAccess access) = await OpenAsync(Data);
        var value = (FetchResult.Value)(await provider.ReadAsync(plan, access, new RemoteSecret("app/db", "", false)))[0];
        SecretRequest request = provider.Plan(plan, new RemoteSecret("app/db", "", false));
        Assert.Equal("u", provider.Select(request, value.Content, "user").Text());
        Assert.Equal("dotted", provider.Select(request, value.Content, "a.b").Text());
        SecretsException why = Assert.Throws<SecretsException>(() => provider.Select(request, value.Content, "nope"));
        Assert.Equal(FailureReason.SecretNotFound, why.Reason);
    }

    [Fact]
    public async Task Extract_Object_TextsUnquotedRestRaw()
    {
        (StorePlan plan, ProviderAccess access) = await OpenAsync(Data);
        var value = (FetchResult.Value)(await provider.ReadAsync(plan, access, new RemoteSecret("app/db", "", false)))[0];
        SecretRequest request = provider.Plan(plan, new RemoteSecret("app/db", "", false));
        Assert.Equal(
            [("a", """{"b":"nested"}"""), ("a.b", "dotted"), ("n", "1"), ("none", ""), ("user", "u")],
            provider.Extract(request, value.Content, "").Pairs());
        Assert.Equal([("b", "nested")], provider.Extract(request, value.Content, "a").Pairs());
        using SecretBytes plain = SecretBytes.FromText("marker-value");
        SecretsException why = Assert.Throws<SecretsException>(() => provider.Extract(request, plain, ""));
        Assert.Equal(FailureReason.ValueInvalid, why.Reason);
        Assert.DoesNotContain("marker-value", why.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task FindByName_LatestVersionOfEachMatch()
    {
        (StorePlan plan, ProviderAccess access) = await OpenAsync(Data);
        IReadOnlyList<FoundSecret> found = await provider.FindAsync(plan, access, StoreManifests.Find("^app/"), Stop);
        FetchResult read = (await provider.FetchAsync(access, [new FetchItem(Assert.Single(found).Request, null)], Stop))[0];
        Assert.Equal(("app/db", "second"), (found[0].Name, Assert.IsType<FetchResult.Value>(read).Content.Text()));
        SecretsException why = await Assert.ThrowsAsync<SecretsException>(
            () => provider.FindAsync(plan, access, StoreManifests.Find(tags: ("a", "b")), Stop));
        Assert.Equal(FailureReason.Unsupported, why.Reason);
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(1, nameof(FailureReason.ProviderUnavailable))]
    [InlineData(2, nameof(FailureReason.StoreInvalid))]
    public async Task Validate_Result_IsWhatTheManifestSays(int result, string? reason)
    {
        (StorePlan plan, ProviderAccess access) = await OpenAsync($$"""{"validationResult": {{result}}}""");
        Exception? why = await Record.ExceptionAsync(() => provider.ValidateAsync(plan, access, Stop));
        Assert.Equal(reason, (why as SecretsException)?.Reason.ToString());
    }

    [Fact]
    public void ReadStore_BadFields_AllErrorsAtOnce()
    {
        SecretsException why = Assert.Throws<SecretsException>(
            () => provider.ReadStore(StoreManifests.Store("""{"data": [{"value": "x"}, {"key": "k"}, 7], "validationResult": 9}""")));
        Assert.Equal(FailureReason.StoreInvalid, why.Reason);
        foreach (string field in (string[])["data[0].key: must be set", "data[1].value: must be set", "data[2]: must be an object", "validationResult: must be"])
        {
            Assert.Contains("spec.provider.fake." + field, why.Message, StringComparison.Ordinal);
        }
    }

    private async Task<(StorePlan Plan, ProviderAccess Access)> OpenAsync(string settings)
    {
        StorePlan plan = provider.ReadStore(StoreManifests.Store(settings));
        return (plan, await provider.OpenAsync(plan, new StoreCaller.Controller("shop"), Stop));
    }
}
