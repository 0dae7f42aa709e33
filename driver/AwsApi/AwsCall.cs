namespace CsiSecrets.AwsApi;

/// <summary>One call to AWS as the caller states it.</summary>
internal sealed record AwsCall
{
    public required AwsService Service { get; init; }

    public required string Region { get; init; }

    public required string Operation { get; init; }

    /// <summary>JSON, or a form for the query protocol. The caller clears it.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    public override string ToString() => $"{Service.SigningName} {Operation} {Region}";
}

/// <summary>How one attempt went, for meters.</summary>
/// <param name="Service">Signing name; <c>agent</c> for the agents on a node that give credentials.</param>
/// <param name="Operation">The operation.</param>
/// <param name="Code">AWS's error code; null when it went well.</param>
/// <param name="Throttled">AWS asked us to slow down.</param>
/// <param name="Duration">Of this attempt.</param>
internal readonly record struct AwsAttempt(string Service, string Operation, string? Code, bool Throttled, TimeSpan Duration);
