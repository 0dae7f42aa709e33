
namespace CsiSecrets.AwsApi.SecretsManager;

/// <summary>The operations of Secrets Manager that are needed, under the SDK's names. Stateless: region and keys come with each call.</summary>
internal sealed class AmazonSecretsManagerClient(AwsCaller caller)
{
    public const int BatchSize = 20;

    public async Task<SecretValueEntry> GetSecretValueAsync(
        GetSecretValueRequest request, string region, AwsKeys keys, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> body = JsonBody.Write(w =>
        {
            w.WriteString("SecretId", request.SecretId);
            w.WriteText("VersionId", request.VersionId);
            w.WriteText("VersionStage", request.VersionStage);
        });
        using ClearedBody answer = await SendAsync("GetSecretValue", body, region, keys, cancellationToken);
        return Read("GetSecretValue", answer, SecretsManagerReader.Value);
    }

    public async Task<BatchGetSecretValueResponse> BatchGetSecretValueAsync(
        BatchGetSecretValueRequest request, string region, AwsKeys keys, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> body = JsonBody.Write(w =>
        {
            w.WriteTexts("SecretIdList", request.SecretIdList);
            w.WriteText("NextToken", request.NextToken);
        });
        using ClearedBody answer = await SendAsync("BatchGetSecretValue", body, region, keys, cancellationToken);
        return Read("BatchGetSecretValue", answer, SecretsManagerReader.Batch);
    }

    public async Task<DescribeSecretResponse> DescribeSecretAsync(string secretId, string region, AwsKeys keys, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> body = JsonBody.Write(w => w.WriteString("SecretId", secretId));
        using ClearedBody answer = await SendAsync("DescribeSecret", body, region, keys, cancellationToken);
        return Read("DescribeSecret", answer, SecretsManagerReader.Description);
    }

    public async Task<ListSecretsResponse> ListSecretsAsync(
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
        using ClearedBody answer = await SendAsync("ListSecrets", body, region, keys, cancellationToken);
        return Read("ListSecrets", answer, SecretsManagerReader.Listing);
    }

    private Task<ClearedBody> SendAsync(
        string operation, ReadOnlyMemory<byte> body, string region, AwsKeys keys, CancellationToken cancellationToken) =>
        caller.SendAsync(
            new AwsCall { Service = AwsService.SecretsManager, Region = region, Operation = operation, Body = body }, keys, cancellationToken);

    private static T Read<T>(string operation, ClearedBody answer, AnswerReader<T> read) => AnswerReading.Read(operation, answer, read);
}
