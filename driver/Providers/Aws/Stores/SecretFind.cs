using System.Text;
using CsiSecrets.AwsApi;
using CsiSecrets.AwsApi.SecretsManager;
using CsiSecrets.Model;
using CsiSecrets.Providers.Stores;

namespace CsiSecrets.Providers.Aws.Stores;

/// <summary>
/// Finds secrets by ListSecrets, which every find of the peer may call as well. AWS's filters narrow the listing; what counts is checked
/// here: they take prefixes, and a tag's key and value need not belong together. Values are read afterwards, so that one which is denied is an error.
/// </summary>
internal sealed class SecretFind(AmazonSecretsManagerClient client)
{
    private const int MaxPages = 1000;
    private const int MaxFilters = 10;

    public async Task<IReadOnlyList<FoundSecret>> FindAsync(RegionCall call, FindCriteria criteria, CancellationToken cancellationToken)
    {
        KeyValuePair<string, IReadOnlyList<string>>[] filters = FiltersOf(criteria);
        var found = new SortedDictionary<string, FoundSecret>(StringComparer.Ordinal);
        string? next = null;
        for (int page = 0; page < MaxPages; page++)
        {
            ListSecretsResponse answer = await client.ListSecretsAsync(new ListSecretsRequest(filters, next), call.Region, call.Keys, cancellationToken);
            foreach (SecretListEntry secret in answer.SecretList.Where(s => !s.Deleted && Matches(s, criteria, cancellationToken)))
            {
                found[secret.Name] = new FoundSecret(secret.Name, StoreObjects.Of(AwsStore.SecretsManager, secret.Name, "", tags: false), null);
            }

            next = answer.NextToken;
            if (next is null)
            {
                return [.. found.Values];
            }
        }

        throw new AwsException(FailureReason.ProviderError, "ListSecrets", "TooMany", $"the listing has more than {MaxPages} pages: narrow it by path or tags", null);
    }

    private static bool Matches(SecretListEntry secret, FindCriteria criteria, CancellationToken cancellationToken) =>
        secret.Name.StartsWith(criteria.Path ?? "", StringComparison.Ordinal)
        && criteria.Tags.All(t => secret.Tags.TryGetValue(t.Key, out string? value) && value == t.Value)
        && criteria.Name?.IsMatch(Encoding.UTF8.GetBytes(secret.Name), cancellationToken) != false;

    /// <summary>A text that begins with <c>!</c> would mean its contrary to AWS, and there is a greatest number: what is left out here is only checked later.</summary>
    private static KeyValuePair<string, IReadOnlyList<string>>[] FiltersOf(FindCriteria criteria)
    {
        var filters = new List<KeyValuePair<string, IReadOnlyList<string>>>();
        void Add(string key, string? text)
        {
            if (text is { Length: > 0 } && text[0] != '!' && filters.Count < MaxFilters)
            {
                filters.Add(new(key, [text]));
            }
        }

        Add("name", criteria.Path);
        foreach ((string key, string value) in criteria.Tags)
        {
            Add("tag-key", key);
            Add("tag-value", value);
        }

        return [.. filters];
    }
}
