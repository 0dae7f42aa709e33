using System.Text.Json;
using CsiSecrets.Model;
using CsiSecrets.Providers.Stores;
using CsiSecrets.Resolution;
using CsiSecrets.Resolution.ExternalSecrets;
using CsiSecrets.Templates;
using CsiSecrets.Tests.Fakes;
using CsiSecrets.Tests.Manifests;

namespace CsiSecrets.Tests.Resolution.ExternalSecrets;

/// <summary>The folders of <c>tests/Cases/ExternalSecrets</c>: a manifest and what its store holds give the keys in <c>expected</c>, a file for
/// each, or an error whose message holds the text of <c>error.txt</c>. Named after the peer's scenarios where they are its.</summary>
public sealed class ExternalSecretCases
{
    private static string Folder => Path.Combine(Repository.Root, "tests/Cases/ExternalSecrets");

    public static TheoryData<string> Names => [.. Directory.GetDirectories(Folder).Select(d => Path.GetFileName(d)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Case_GivesWhatIsExpected(string name)
    {
        string folder = Path.Combine(Folder, name);
        string error = Path.Combine(folder, "expected", "error.txt");
        if (File.Exists(error))
        {
            SecretsException e = await Assert.ThrowsAsync<SecretsException>(() => RunAsync(folder));
            Assert.Contains((await File.ReadAllTextAsync(error)).TrimEnd('\n'), e.Message, StringComparison.Ordinal);
            return;
        }

        Assert.Equal(
            Directory.GetFiles(Path.Combine(folder, "expected")).Order(StringComparer.Ordinal).Select(f => $"{Path.GetFileName(f)}={File.ReadAllText(f)}"),
            await RunAsync(folder));
    }

    private static async Task<string[]> RunAsync(string folder)
    {
        ExternalSecretPlan plan = ExternalSecretReader.Read(Manifest.Of(await File.ReadAllTextAsync(Path.Combine(folder, "externalsecret.yaml"))));
        var remote = new FakeProvider();
        using JsonDocument store = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(folder, "store.json")));
        foreach (JsonProperty secret in store.RootElement.EnumerateObject())
        {
            remote.Put(secret.Name, secret.Value.GetString()!);
        }

        using var fetch = new SharedFetch(new FetchOptions(), TimeProvider.System);
        var resolver = new ExternalSecretResolver(fetch, new SharedFinds(fetch, TimeProvider.System), TemplateEnvironment.System);
        using ResolvedValues values = await resolver.ResolveAsync(
            plan, (key, token) => OpenAsync(new FakeStore(remote), key, token), new Dictionary<FetchKey, string?>(), TimeSpan.FromMinutes(1), default);
        using RenderedTarget target = new TargetRenderer(TemplateOptions.Secrets, TemplateEnvironment.System)
            .Render(plan, values.Values!, TemplateContents.None, default);
        return Manifest.Show(target.Data);
    }

    private static async Task<OpenedStore> OpenAsync(FakeStore provider, StoreKey key, CancellationToken cancellationToken)
    {
        var identity = new StoreIdentity("shop", key.Name, "u");
        StorePlan plan = provider.ReadStore(new StoreSource { Identity = identity, Settings = default });
        return new OpenedStore(
            new OpenStore(identity, provider, plan), await provider.OpenAsync(plan, new StoreCaller.Controller("shop"), cancellationToken));
    }
}
