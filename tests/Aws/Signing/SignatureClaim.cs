namespace CsiSecrets.Tests.Aws.Signing;

/// <summary>What a request says of its own signature, from the Authorization header or from the query of a presigned URL.</summary>
internal sealed record SignatureClaim
{
    public required string AccessKeyId { get; init; }
    public required string ScopeDate { get; init; }
    public required string Region { get; init; }
    public required string Service { get; init; }
    public required string Terminator { get; init; }
    public required IReadOnlyList<string> SignedHeaders { get; init; }
    public required string Signature { get; init; }

    /// <summary>ISO 8601 basic form, `yyyyMMddTHHmmssZ`; empty if the request has none.</summary>
    public required string Timestamp { get; init; }

    public string? SessionToken { get; init; }

    /// <summary>Seconds that a presigned URL is good for; null for a signed header.</summary>
    public int? Expires { get; init; }

    public string Scope => $"{ScopeDate}/{Region}/{Service}/{Terminator}";
}
