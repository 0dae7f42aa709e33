using CsiSecrets.Model;

namespace CsiSecrets.AwsApi.SecretsManager;

/// <summary>Named and shaped as the SDK's.</summary>
internal sealed record GetSecretValueRequest(string SecretId, string? VersionId, string? VersionStage);

/// <summary>One secret's value; the receiver owns the content.</summary>
internal sealed class SecretValueEntry : IDisposable
{
    public string? Name { get; set; }

    public string? ARN { get; set; }

    public string VersionId { get; set; } = "";

    /// <summary>SecretString as UTF-8, or else SecretBinary's bytes.</summary>
    public SecretBytes? Content { get; set; }

    public void Dispose() => Content?.Dispose();

    public override string ToString() => $"{Name} (redacted)";
}

internal sealed record BatchGetSecretValueRequest(IReadOnlyList<string> SecretIdList, string? NextToken);

/// <summary>One secret that a batch could not read.</summary>
internal sealed record ApiErrorType(string SecretId, string ErrorCode, string Message);

internal sealed record BatchGetSecretValueResponse(
    IReadOnlyList<SecretValueEntry> SecretValues, IReadOnlyList<ApiErrorType> Errors, string? NextToken);

/// <summary>What is read of DescribeSecret: versions, tags.</summary>
internal sealed record DescribeSecretResponse
{
    public string? ARN { get; init; }

    public bool Deleted { get; init; }

    public required IReadOnlyDictionary<string, IReadOnlyList<string>> VersionIdsToStages { get; init; }

    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();
}

internal sealed record ListSecretsRequest(
    IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> Filters, string? NextToken);

internal sealed record SecretListEntry(string Name, string ARN, bool Deleted, IReadOnlyDictionary<string, string> Tags);

internal sealed record ListSecretsResponse(IReadOnlyList<SecretListEntry> SecretList, string? NextToken);
