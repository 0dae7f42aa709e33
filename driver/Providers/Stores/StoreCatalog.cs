using System.Collections.Frozen;
using System.Text.Json;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests.ExternalSecrets;

namespace CsiSecrets.Providers.Stores;

/// <summary>The store providers of this process, by the member of <c>spec.provider</c>. Registered explicitly: no scanning.</summary>
internal sealed class StoreCatalog(IEnumerable<IStoreProvider> providers)
{
    private readonly FrozenDictionary<string, IStoreProvider> byName = providers.ToFrozenDictionary(p => p.Name, StringComparer.Ordinal);

    /// <summary>Pure. The store's provider and its checked settings. Throws StoreInvalid; for a provider that this version does not have it names
    /// the provider.</summary>
    public OpenStore Read(StoreIdentity identity, StoreSpec spec)
    {
        JsonProperty[] members = spec.Provider is { ValueKind: JsonValueKind.Object } settings ? [.. settings.EnumerateObject()] : [];
        if (members.Length != 1)
        {
            throw new SecretsException(
                FailureReason.StoreInvalid, $"{identity}: spec.provider", $"it has {members.Length} providers", "name exactly one");
        }

        IStoreProvider provider = byName.GetValueOrDefault(members[0].Name) ?? throw new SecretsException(
            FailureReason.StoreInvalid,
            $"{identity}: spec.provider.{members[0].Name}",
            $"this version has no provider {members[0].Name}",
            $"it has {string.Join(", ", byName.Keys.Order(StringComparer.Ordinal))}");
        if (spec.RetrySettings?.MaxRetries < 0)
        {
            throw new SecretsException(
                FailureReason.StoreInvalid, $"{identity}: spec.retrySettings.maxRetries", "it must not be negative", "write how often a failed call is repeated");
        }

        return new OpenStore(identity, provider, provider.ReadStore(new StoreSource
        {
            Identity = identity,
            Settings = members[0].Value,
            MaxRetries = spec.RetrySettings?.MaxRetries,
            RetryInterval = RetryIntervalOf(identity, spec.RetrySettings),
        }));
    }

    private static TimeSpan? RetryIntervalOf(StoreIdentity identity, RetrySettings? retry)
    {
        if (retry?.RetryInterval is not { Length: > 0 } text)
        {
            return null;
        }

        return GoDuration.TryParse(text, out TimeSpan interval) && interval >= TimeSpan.Zero
            ? interval
            : throw new SecretsException(
                FailureReason.StoreInvalid, $"{identity}: spec.retrySettings.retryInterval", "not a duration", "write it like 10s");
    }
}

/// <summary>A store whose manifest was read: pure data with the provider that understands it.</summary>
internal sealed record OpenStore(StoreIdentity Identity, IStoreProvider Provider, StorePlan Plan);
