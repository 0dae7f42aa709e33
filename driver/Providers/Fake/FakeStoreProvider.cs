using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CsiSecrets.Model;
using CsiSecrets.Providers.Stores;

namespace CsiSecrets.Providers.Fake;

/// <summary>The provider <c>fake</c>: values in the store's own manifest, for trials and tests. A missing key or property is absence.</summary>
internal sealed class FakeStoreProvider : IStoreProvider
{
    public string Name => "fake";

    public string Capabilities => "ReadWrite";

    public StorePlan ReadStore(StoreSource store)
    {
        var fields = StoreFields.Of(store, Name);
        FakeEntry[] data = [.. fields.Objects("data").Select(e => new FakeEntry(e.Required("key"), e.Text("version") ?? "", e.Required("value")))];
        long validation = fields.Number("validationResult") ?? 0;
        if (validation is < 0 or > 2)
        {
            fields.Error("validationResult", "must be 0 (ready), 1 (unknown) or 2 (error)");
        }

        fields.ThrowIfAny(store.Identity);
        return new FakeSettings
        {
            StoreRef = store.Identity.ToString(),
            Data = data,
            Validation = (FakeValidation)validation,
            Key = KeyOf(store.Identity, data),
        };
    }

    /// <summary>Nobody needs an identity: a pod reads as the controller does.</summary>
    public Task<ProviderAccess> OpenAsync(StorePlan plan, StoreCaller caller, CancellationToken cancellationToken)
    {
        var settings = (FakeSettings)plan;
        return Task.FromResult<ProviderAccess>(new FakeAccess(settings.Data) { Key = settings.Key });
    }

    public Task ValidateAsync(StorePlan plan, ProviderAccess access, CancellationToken cancellationToken) => ((FakeSettings)plan).Validation switch
    {
        FakeValidation.Ready => Task.CompletedTask,
        FakeValidation.Unknown => throw Refusal(plan, FailureReason.ProviderUnavailable),
        _ => throw Refusal(plan, FailureReason.StoreInvalid),
    };

    public SecretRequest Plan(StorePlan plan, RemoteSecret remote) => remote.Metadata
        ? throw new SecretsException(
            FailureReason.Unsupported, $"{plan.StoreRef}: secret {remote.Key}", "the provider fake keeps no metadata", "leave out metadataPolicy")
        : FakeRequest.Of(remote.Key, remote.Version);

    public Task<IReadOnlyList<FetchResult>> FetchAsync(
        ProviderAccess access, IReadOnlyList<FetchItem> items, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<FetchResult>>([.. items.Select(i => Read((FakeAccess)access, i))]);

    /// <summary>Unlike elsewhere, a property that is not there is absence (SecretNotFound).</summary>
    public SecretBytes? Select(SecretRequest request, SecretBytes content, string property) =>
        StoreValues.Select(content, property) ?? throw new SecretsException(
            FailureReason.SecretNotFound, request.Name, $"it has no property {property}", "add it to the store's manifest");

    public SecretSet Extract(SecretRequest request, SecretBytes content, string property)
    {
        using SecretBytes part = Select(request, content, property)!;
        return StoreValues.Extract(request.Name, part);
    }

    public Task<IReadOnlyList<FoundSecret>> FindAsync(
        StorePlan plan, ProviderAccess access, FindCriteria criteria, CancellationToken cancellationToken)
    {
        if (criteria.Name is not { } pattern || criteria.Tags.Count > 0)
        {
            throw new SecretsException(
                FailureReason.Unsupported, $"{plan.StoreRef}: find", "the provider fake finds by name only", "give find.name.regexp and no tags");
        }

        FoundSecret[] found =
        [
            .. ((FakeAccess)access).Latest()
                .Where(e => e.Key.StartsWith(criteria.Path ?? "", StringComparison.Ordinal)
                    && pattern.IsMatch(Encoding.UTF8.GetBytes(e.Key), cancellationToken))
                .Select(e => new FoundSecret(e.Key, FakeRequest.Of(e.Key, e.Version), null)),
        ];
        return Task.FromResult<IReadOnlyList<FoundSecret>>(found);
    }

    private static FetchResult Read(FakeAccess access, FetchItem item)
    {
        var request = (FakeRequest)item.Request;
        if (access.Find(request.Key, request.Version) is not { } entry)
        {
            return new FetchResult.Missing(new SecretsException(
                FailureReason.SecretNotFound, request.Name, "the store's manifest has no such key and version", "add it to spec.provider.fake.data"));
        }

        string version = Hash([entry.Version, entry.Value])[..16];
        return version == item.KnownVersion
            ? new FetchResult.Unchanged(version)
            : new FetchResult.Value(version, SecretBytes.FromText(entry.Value));
    }

    private static string KeyOf(StoreIdentity store, FakeEntry[] data) =>
        Hash([store.ToString(), store.Uid, .. data.SelectMany(e => (string[])[e.Key, e.Version, e.Value])]);

    private static string Hash(IEnumerable<string> parts)
    {
        string text = string.Concat(parts.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Length}:{p}")));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    private static SecretsException Refusal(StorePlan plan, FailureReason reason) => new(
        reason, $"{plan.StoreRef}: spec.provider.fake.validationResult", "unable to validate", "the manifest asks for this result: remove it");
}
