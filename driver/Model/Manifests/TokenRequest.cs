using System.Text.Json.Serialization;

namespace CsiSecrets.Model.Manifests;

/// <summary>What to ask of <c>serviceaccounts/token</c>: audiences, life, and the object the token is bound to.</summary>
internal sealed record TokenRequest : KubeObject
{
    public TokenRequestSpec? Spec { get; init; }
}

internal sealed record TokenRequestSpec
{
    public IReadOnlyList<string> Audiences { get => field ?? []; init; }

    public long? ExpirationSeconds { get; init; }

    public BoundObjectReference? BoundObjectRef { get; init; }
}

internal sealed record BoundObjectReference
{
    public string? ApiVersion { get; init; }

    public string? Kind { get; init; }

    public string? Name { get; init; }

    public string? Uid { get; init; }
}

/// <summary>The answer of <c>serviceaccounts/token</c>. A class, not a record: a record would print the token.</summary>
internal sealed class TokenRequestReply
{
    public TokenRequestStatus? Status { get; init; }
}

/// <summary>A token and its end of life.</summary>
internal sealed class TokenRequestStatus
{
    public string Token { get => field ?? ""; init; }

    [JsonConverter(typeof(KubeTime))]
    public DateTimeOffset? ExpirationTimestamp { get; init; }
}
