using CsiSecrets.AwsApi.SecurityToken;

namespace CsiSecrets.Providers.Aws;

/// <summary>Roles assumed one after the other, each with the former's credentials. External id and tags are for the last one alone.</summary>
internal sealed record RoleChain
{
    public static readonly RoleChain None = new();

    /// <summary>Assumed before <see cref="Role"/>, in order.</summary>
    public IReadOnlyList<string> AdditionalRoles { get; init; } = [];

    /// <summary>The role assumed last.</summary>
    public string? Role { get; init; }

    public string? ExternalId { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>> SessionTags { get; init; } = [];

    public IReadOnlyList<string> TransitiveTagKeys { get; init; } = [];

    /// <summary>Tells each field that is not the ARN of a role.</summary>
    public void CheckRoles(Action<string, string> error)
    {
        for (int i = 0; i < AdditionalRoles.Count; i++)
        {
            CheckRole(AdditionalRoles[i], $"additionalRoles[{i}]", error);
        }

        CheckRole(Role, "role", error);
    }

    public RoleStep[] Steps() =>
    [
        .. AdditionalRoles.Select(r => new RoleStep(r, null, [], [])),
        .. Role is { } last ? (RoleStep[])[new(last, ExternalId, SessionTags, TransitiveTagKeys)] : [],
    ];

    private static void CheckRole(string? role, string field, Action<string, string> error)
    {
        if (role is not null && (!Arn.TryParse(role, out Arn arn) || arn.Service != "iam" || !arn.Resource.StartsWith("role/", StringComparison.Ordinal)))
        {
            error(field, "must be the ARN of an IAM role (arn:aws:iam::ACCOUNT:role/NAME)");
        }
    }
}
