using System.Text;
using System.Text.Json;
using CsiSecrets.GoRegex;
using CsiSecrets.Model;
using CsiSecrets.Providers;
using CsiSecrets.Providers.Stores;

namespace CsiSecrets.Tests.Providers;

/// <summary>Stores as manifests have them, and short words for what tests ask of their providers.</summary>
internal static class StoreManifests
{
    public static StoreSource Store(string settings, int? maxRetries = null, TimeSpan? retryInterval = null) =>
        Source(new StoreIdentity("shop", "store", "store-uid"), settings, maxRetries, retryInterval);

    public static StoreSource ClusterStore(string settings, string name = "store") => Source(new StoreIdentity("", name, "store-uid"), settings, null, null);

    public static FindCriteria Find(string? name = null, string? path = null, params (string Key, string Value)[] tags) =>
        new(path, name is null ? null : GoRegexp.Parse(name), name, [.. tags.Select(t => new KeyValuePair<string, string>(t.Key, t.Value))]);

    public static Task<IReadOnlyList<FetchResult>> ReadAsync(
        this IStoreProvider provider, StorePlan plan, ProviderAccess access, params RemoteSecret[] remotes) =>
        provider.FetchAsync(access, [.. remotes.Select(r => new FetchItem(provider.Plan(plan, r), null))], TestContext.Current.CancellationToken);

    public static string Text(this SecretBytes? value) => Encoding.UTF8.GetString(value!.Span);

    public static IEnumerable<(string Key, string Value)> Pairs(this SecretSet set) => set.Items.Select(i => (i.Key, Text(i.Value)));

    private static StoreSource Source(StoreIdentity identity, string settings, int? maxRetries, TimeSpan? retryInterval) => new()
    {
        Identity = identity,
        Settings = JsonDocument.Parse(settings).RootElement,
        MaxRetries = maxRetries,
        RetryInterval = retryInterval,
    };
}
