using CsiSecrets.Model;
using CsiSecrets.Providers.Stores;
using CsiSecrets.Resolution;
using CsiSecrets.Resolution.ExternalSecrets;
using CsiSecrets.Templates;
using CsiSecrets.Tests.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace CsiSecrets.Tests.Resolution.ExternalSecrets;

public sealed class ExternalSecretResolverTests : IDisposable
{
    private const string Store = "  secretStoreRef: {name: s}\n";

    private static readonly Dictionary<FetchKey, string?> Nothing = [];

    private readonly FakeProvider remote = new();
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 3, 2, 10, 0, 0, TimeSpan.Zero));
    private readonly SharedFetch fetch;
    private readonly ExternalSecretResolver resolver;

    public ExternalSecretResolverTests()
    {
        fetch = new SharedFetch(new FetchOptions(), time);
        resolver = new ExternalSecretResolver(fetch, new SharedFinds(fetch, time), TemplateEnvironment.System);
    }

    [Fact]
    public async Task DataAndDataFrom_LaterEntriesWin_OneReadForEachObject()
    {
        remote.Put("json", """{"user":"u","pass":"p","n":5,"nested": {"a": [1, 2]}}""");
        remote.Put("plain", "value");

        using ResolvedValues values = await Resolve(
            """
              dataFrom: [{extract: {key: json}}, {extract: {key: json, property: nested}}]
              data:
              - {secretKey: pass, remoteRef: {key: plain}}
              - {secretKey: first, remoteRef: {key: json, property: nested.a.0}}
            """);

        Assert.Equal(["a=[1, 2]", "first=1", "n=5", "nested={\"a\": [1, 2]}", "pass=value", "user=u"], Manifest.Show(values.Values!));
        Assert.Equal(["read json", "read plain"], remote.Calls.Order());
        Assert.Equal(2, values.Applied.Count);
        Assert.Empty(values.Missing);
    }

    [Fact]
    public async Task Find_ConvertsOrRewritesFullNames()
    {
        remote.Put("app/a", "1");
        remote.Put("app/b", "2");
        remote.Put("other", "3");

        using ResolvedValues converted = await Resolve("  dataFrom: [{find: {name: {regexp: ^app/}}}]");
        using ResolvedValues unicode = await Resolve("  dataFrom: [{find: {name: {regexp: ^app/}, conversionStrategy: Unicode}}]");
        using ResolvedValues rewritten = await Resolve(
            "  dataFrom: [{find: {name: {regexp: ^app/}}, rewrite: [{regexp: {source: 'app/(.*)', target: 'X_$1'}}, {transform: {template: '{{ .value | lower }}'}}]}]");

        Assert.Equal(["app_a=1", "app_b=2"], Manifest.Show(converted.Values!));
        Assert.Equal(["app_U002f_a=1", "app_U002f_b=2"], Manifest.Show(unicode.Values!));
        Assert.Equal(["x_a=1", "x_b=2"], Manifest.Show(rewritten.Values!));
        Assert.Single(remote.Calls, c => c.StartsWith("find", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Find_ThatCannotReadOne_FailsAndLeavesNothingOut()
    {
        remote.Put("app/a", "1");
        remote.Put("app/b", "2");
        remote.Fail = name => name == "app/b" ? new SecretsException(FailureReason.AccessDenied, "app/b", "not authorized", "grant it") : null;

        SecretsException e = await Fails("  dataFrom: [{find: {name: {regexp: ^app/}}}]\n  target: {deletionPolicy: Merge}");

        Assert.Equal(FailureReason.AccessDenied, e.Reason);
    }

    [Theory]
    [InlineData("Merge")]
    [InlineData("Delete")]
    public async Task Absence_IsAValueUnderMergeAndDelete(string policy)
    {
        remote.Put("here", "v");

        using ResolvedValues values = await Resolve(
            $"  data: [{{secretKey: a, remoteRef: {{key: here}}}}, {{secretKey: b, remoteRef: {{key: gone}}}}]\n  dataFrom: [{{extract: {{key: lost}}}}]\n  target: {{deletionPolicy: {policy}}}");

        Assert.Equal(["a=v"], Manifest.Show(values.Values!));
        Assert.Equal(
            [new MissingEntry("spec.dataFrom[0]", "lost", null), new MissingEntry("spec.data[1]", "gone", "b")], values.Missing);
    }

    [Fact]
    public async Task Absence_UnderRetain_NamesEachKey()
    {
        SecretsException e = await Fails("  data: [{secretKey: a, remoteRef: {key: gone}}, {secretKey: b, remoteRef: {key: lost}}]");

        Assert.Equal(FailureReason.SecretNotFound, e.Reason);
        Assert.Contains("gone (spec.data[0]), lost (spec.data[1])", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(FailureReason.Throttled)]
    [InlineData(FailureReason.AccessDenied)]
    [InlineData(FailureReason.ProviderUnavailable)]
    public async Task Failure_IsNeverAbsence(object reason)
    {
        remote.Fail = _ => new SecretsException((FailureReason)reason, "r", "refused", "");

        SecretsException e = await Fails("  data: [{secretKey: a, remoteRef: {key: r}}]\n  target: {deletionPolicy: Delete}");

        Assert.Equal((FailureReason)reason, e.Reason);
    }

    [Fact]
    public async Task MissingProperty_IsAnErrorWhateverThePolicy()
    {
        remote.Put("json", """{"user":"s3cret"}""");

        SecretsException e = await Fails("  data: [{secretKey: a, remoteRef: {key: json, property: pass}}]\n  target: {deletionPolicy: Delete}");

        Assert.Equal(FailureReason.ValueInvalid, e.Reason);
        Assert.Contains("spec.data[0].remoteRef.property: key pass does not exist in secret json", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unchanged_ReadsNoValue_AndAChangeReadsAll()
    {
        const string Spec = "  data: [{secretKey: a, remoteRef: {key: one}}, {secretKey: b, remoteRef: {key: two}}]";
        remote.Put("one", "1");
        remote.Put("two", "2");
        using ResolvedValues first = await Resolve(Spec);
        time.Advance(TimeSpan.FromHours(1));
        remote.Calls.Clear();

        using ResolvedValues same = await Resolve(Spec, first.Applied);
        remote.Put("two", "3");
        time.Advance(TimeSpan.FromHours(1));
        fetch.Sweep();
        using ResolvedValues changed = await Resolve(Spec, same.Applied);

        Assert.True(same.Unchanged);
        Assert.Equal(["probe one", "probe two", "probe one", "probe two", "read one"], remote.Calls);
        Assert.Equal(["a=1", "b=3"], Manifest.Show(changed.Values!));
    }

    [Fact]
    public async Task Unchanged_DoesNotHoldForAnotherSetOfObjects()
    {
        remote.Put("one", "1");
        remote.Put("two", "2");
        using ResolvedValues first = await Resolve("  data: [{secretKey: a, remoteRef: {key: one}}]");

        using ResolvedValues more = await Resolve("  data: [{secretKey: a, remoteRef: {key: one}}, {secretKey: b, remoteRef: {key: two}}]", first.Applied);

        Assert.Equal(["a=1", "b=2"], Manifest.Show(more.Values!));
    }

    [Fact]
    public async Task Generator_IsUnsupportedAndCallsNobody()
    {
        remote.Put("one", "1");

        SecretsException e = await Fails(
            "  data: [{secretKey: a, remoteRef: {key: one}}]\n  dataFrom: [{sourceRef: {generatorRef: {kind: Password, name: p}}}]");

        Assert.Equal(FailureReason.Unsupported, e.Reason);
        Assert.Contains("generator Password p", e.Message, StringComparison.Ordinal);
        Assert.Empty(remote.Calls);
    }

    [Theory]
    [InlineData("Fail", "spec.data[0]: a: the value contains a NUL byte")]
    [InlineData("Ignore", null)]
    public async Task NullBytePolicy_Decides(string policy, string? error)
    {
        remote.Put("bin", "a\0b");
        string spec = $"  data: [{{secretKey: a, remoteRef: {{key: bin, nullBytePolicy: {policy}}}}}]";

        SecretsException? e = await Record.ExceptionAsync(() => Resolve(spec)) as SecretsException;

        Assert.Equal(error is not null, e?.Message.Contains(error ?? "", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task Decoding_OfWhatIsNone_FailsWithoutTheValue()
    {
        remote.Put("text", "s3cret!");

        SecretsException e = await Fails("  data: [{secretKey: a, remoteRef: {key: text, decodingStrategy: Base64}}]");

        Assert.Equal(FailureReason.ValueInvalid, e.Reason);
        Assert.DoesNotContain("s3cret", e.ToString(), StringComparison.Ordinal);
    }

    public void Dispose() => fetch.Dispose();

    private Task<ResolvedValues> Resolve(string spec, IReadOnlyDictionary<FetchKey, string?>? applied = null) => resolver.ResolveAsync(
        Manifest.Plan(Store + spec), OpenAsync, applied ?? Nothing, TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

    private Task<SecretsException> Fails(string spec) => Assert.ThrowsAsync<SecretsException>(() => Resolve(spec));

    private async Task<OpenedStore> OpenAsync(StoreKey key, CancellationToken cancellationToken)
    {
        var provider = new FakeStore(remote);
        var identity = new StoreIdentity("shop", key.Name, "u");
        StorePlan plan = provider.ReadStore(new StoreSource { Identity = identity, Settings = default });
        return new OpenedStore(
            new OpenStore(identity, provider, plan), await provider.OpenAsync(plan, new StoreCaller.Controller("shop"), cancellationToken));
    }
}
