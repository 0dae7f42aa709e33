using System.Security.Cryptography;
using CsiSecrets.AwsApi;
using CsiSecrets.AwsApi.SecretsManager;
using CsiSecrets.JsonQuery;
using CsiSecrets.Model;

namespace CsiSecrets.Providers.Aws;

/// <summary>Reads the tags of secrets and parameters as one JSON object each; their hash is the version.</summary>
internal sealed class TagReads(AwsClients clients)
{
    private const int Parallelism = 8;

    public Task FetchAsync(RegionCall call, IReadOnlyList<FetchSlot> slots, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        slots,
        new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken },
        async (slot, token) => await ReadAsync(call, slot, token));

    private async Task ReadAsync(RegionCall call, FetchSlot slot, CancellationToken cancellationToken)
    {
        string id = slot.RefIn(call).Id;
        try
        {
            IReadOnlyDictionary<string, string> tags = slot.Request.Store == AwsStore.SecretsManager
                ? await OfSecretAsync(call, id, cancellationToken)
                : await clients.Ssm.ListTagsForResourceAsync(NameOf(id), call.Region, call.Keys, cancellationToken);
            byte[] json = JsonTreeWriter.ToJson(
                JsonTree.OfObject(tags.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => KeyValuePair.Create(t.Key, JsonTree.Of(t.Value)))),
                JsonTreeLimits.Default.MaxBytes);
            slot.Found(Convert.ToHexStringLower(SHA256.HashData(json).AsSpan(0, 16)), SecretBytes.Copy(json));
        }
        catch (AwsException e)
        {
            slot.Failure = e;
        }
    }

    private async Task<IReadOnlyDictionary<string, string>> OfSecretAsync(RegionCall call, string id, CancellationToken cancellationToken)
    {
        DescribeSecretResponse found = await clients.SecretsManager.DescribeSecretAsync(id, call.Region, call.Keys, cancellationToken);
        return found.Deleted
            ? throw new AwsException(FailureReason.SecretNotFound, "DescribeSecret", "Deleted", "the secret is marked for deletion", null)
            : found.Tags;
    }

    /// <summary>This one operation takes no ARN.</summary>
    private static string NameOf(string id) => Arn.LooksLikeOne(id) && Arn.TryParse(id, out Arn arn) && arn.Resource.StartsWith("parameter/", StringComparison.Ordinal)
        ? arn.Resource.Count('/') > 1 ? arn.Resource["parameter".Length..] : arn.Resource["parameter/".Length..]
        : id;
}
