
namespace CsiSecrets.AwsApi.SecretsManager;

/// <summary>The operations of Secrets Manager that are needed, under the SDK's names. Stateless: region and keys come with each call.</summary>
internal sealed class AmazonSecretsManagerClient(AwsCaller caller)
{
    public const int BatchSize = 20;

    public Task<SecretValueEntry> GetSecretValueAsync(
        GetSecretValueRequest request, string region, AwsKeys keys, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> body = JsonBody.Write(w =>
        {
            w.WriteString("SecretId", request.SecretId);
            w.WriteText("VersionId", request.VersionId);
            w.WriteText("VersionStage", request.VersionStage);
        });
        return SendAsync("GetSecretValue", body, SecretsManagerReader.Value, region, keys, cancellationToken);
    }

    public Task<BatchGetSecretValueResponse> BatchGetSecretValueAsync(
        BatchGetSecretValueRequest request, string region, AwsKeys keys, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> body = JsonBody.Write(w =>
        {
            w.WriteTexts("SecretIdList", request.SecretIdList);
            w.WriteText("NextToken", request.NextToken);
        });
        return SendAsync("BatchGetSecretValue", body, SecretsManagerReader.Batch, region, keys, cancellationToken);
    }

    public Task<DescribeSecretResponse> DescribeSecretAsync(string secretId, string region, AwsKeys keys, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> body = JsonBody.Write(w => w.WriteString("SecretId", secretId));
        return SendAsync("DescribeSecret", body, SecretsManagerReader.Description, region, keys, cancellationToken);
    }

    public Task<ListSecretsResponse> ListSecretsAsync(
        ListSecretsRequest request, string region, AwsKeys keys, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> body = JsonBody.Write(w =>
        {
            w.WriteNumber("MaxResults", 100);
            w.WriteText("NextToken", request.NextToken);
            w.WriteStartArray("Filters");
            foreach ((string key, IReadOnlyList<string> values) in request.Filters)
            {
                w.WriteStartObject();
                w.WriteString("Key", key);
                w.WriteTexts("Values", values);
                w.WriteEndObject();
            }

            w.WriteEndArray();
        });
        return SendAsync("ListSecrets", body, SecretsManagerReader.Listing, region, keys, cancellationToken);
    }

    private Task<T> SendAsync<T>(
        string operation, ReadOnlyMemory<byte> body, AnswerReader<T> read, string region, AwsKeys keys, CancellationToken cancellationToken) =>
        caller.SendAsync(
            new AwsCall { Service = AwsService.SecretsManager, Region = region, Operation = operation, Body = body },
            keys,
            answer => AnswerReading.Read(operation, answer, read),
            cancellationToken);
}
