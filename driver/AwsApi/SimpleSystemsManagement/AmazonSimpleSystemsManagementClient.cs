namespace CsiSecrets.AwsApi.SimpleSystemsManagement;

/// <summary>The operations of Parameter Store that are needed, under the SDK's names. Stateless; values never become strings.</summary>
internal sealed class AmazonSimpleSystemsManagementClient(AwsCaller caller)
{
    public const int BatchSize = 10;

    /// <param name="names">At most ten: name or ARN, with <c>:version</c> or <c>:label</c> where one is wanted.</param>
    /// <param name="region">The region.</param>
    /// <param name="keys">The credentials.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<GetParametersResponse> GetParametersAsync(
        IReadOnlyList<string> names, string region, AwsKeys keys, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> body = JsonBody.Write(w =>
        {
            w.WriteTexts("Names", names);
            w.WriteBoolean("WithDecryption", true);
        });
        return SendAsync<GetParametersResponse>("GetParameters", body, ParameterReader.Values, region, keys, cancellationToken);
    }

    /// <param name="name">Name or ARN, with <c>:version</c> or <c>:label</c> where one is wanted.</param>
    /// <param name="region">The region.</param>
    /// <param name="keys">The credentials.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<GetParametersResponse> GetParameterAsync(string name, string region, AwsKeys keys, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> body = JsonBody.Write(w =>
        {
            w.WriteString("Name", name);
            w.WriteBoolean("WithDecryption", true);
        });
        return SendAsync<GetParametersResponse>("GetParameter", body, ParameterReader.Values, region, keys, cancellationToken);
    }

    /// <summary>The tags of a parameter by its name.</summary>
    public Task<IReadOnlyDictionary<string, string>> ListTagsForResourceAsync(
        string name, string region, AwsKeys keys, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> body = JsonBody.Write(w =>
        {
            w.WriteString("ResourceType", "Parameter");
            w.WriteString("ResourceId", name);
        });
        return SendAsync<IReadOnlyDictionary<string, string>>("ListTagsForResource", body, ParameterReader.Tags, region, keys, cancellationToken);
    }

    public Task<ParameterNames> DescribeParametersAsync(
        IReadOnlyList<ParameterStringFilter> filters, string? nextToken, string region, AwsKeys keys, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> body = JsonBody.Write(w =>
        {
            w.WriteNumber("MaxResults", 50);
            w.WriteText("NextToken", nextToken);
            w.WriteStartArray("ParameterFilters");
            foreach (ParameterStringFilter filter in filters)
            {
                w.WriteStartObject();
                w.WriteString("Key", filter.Key);
                w.WriteString("Option", filter.Option);
                w.WriteTexts("Values", filter.Values);
                w.WriteEndObject();
            }

            w.WriteEndArray();
        });
        return SendAsync<ParameterNames>("DescribeParameters", body, ParameterReader.Names, region, keys, cancellationToken);
    }

    /// <summary>Names below a path. Values are not decrypted, and not read.</summary>
    public Task<ParameterNames> GetParametersByPathAsync(
        string path, string? nextToken, string region, AwsKeys keys, CancellationToken cancellationToken) =>
        SendAsync<ParameterNames>("GetParametersByPath", PathBody(path, false, nextToken), ParameterReader.Names, region, keys, cancellationToken);

    /// <summary>Parameters below a path, decrypted.</summary>
    public Task<GetParametersResponse> GetParameterValuesByPathAsync(
        string path, string? nextToken, string region, AwsKeys keys, CancellationToken cancellationToken) =>
        SendAsync<GetParametersResponse>("GetParametersByPath", PathBody(path, true, nextToken), ParameterReader.Values, region, keys, cancellationToken);

    private static ReadOnlyMemory<byte> PathBody(string path, bool decrypt, string? nextToken) => JsonBody.Write(w =>
    {
        w.WriteString("Path", path);
        w.WriteBoolean("Recursive", true);
        w.WriteBoolean("WithDecryption", decrypt);
        w.WriteNumber("MaxResults", 10);
        w.WriteText("NextToken", nextToken);
    });

    private Task<T> SendAsync<T>(
        string operation, ReadOnlyMemory<byte> body, AnswerReader<T> read, string region, AwsKeys keys, CancellationToken cancellationToken) =>
        caller.SendAsync(
            new AwsCall { Service = AwsService.Ssm, Region = region, Operation = operation, Body = body },
            keys,
            answer => AnswerReading.Read(operation, answer, read),
            cancellationToken);
}
