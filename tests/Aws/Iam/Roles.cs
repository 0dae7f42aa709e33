using System.Collections.Concurrent;
using System.Collections.Immutable;
using CsiSecrets.Tests.Aws.Oidc;

namespace CsiSecrets.Tests.Aws.Iam;

/// <summary>A role that tests may be allowed to assume.</summary>
internal sealed record Role
{
    public required string Arn { get; init; }
    public required PolicyDocument Trust { get; init; }
    public ImmutableArray<PolicyDocument> Policies { get; init; } = [];
    public TimeSpan MaxSession { get; init; } = TimeSpan.FromHours(1);

    /// <summary>As AROA... in an assumed role's id; made from the ARN, so that it is stable.</summary>
    public string Id => "AROA" + Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Arn)))[..17];

    public string Name => Arn[(Arn.LastIndexOf('/') + 1)..];

    public string Account => Arn.Split(':')[4];
}

/// <summary>The account's users, roles and identity providers; each entry is replaced as a whole.</summary>
internal sealed class Roles
{
    private readonly ConcurrentDictionary<string, Role> _roles = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, OidcProvider> _providers = new(StringComparer.Ordinal);

    public void Put(Role role) => _roles[role.Arn] = role;

    public Role? Find(string arn) => _roles.GetValueOrDefault(arn);

    public void Put(OidcProvider provider) => _providers[provider.Name] = provider;

    public OidcProvider? FindProvider(string issuer) => _providers.GetValueOrDefault(ProviderName(issuer));

    public void Clear()
    {
        _roles.Clear();
        _providers.Clear();
    }

    /// <summary>An issuer as IAM names its provider: without the scheme.</summary>
    public static string ProviderName(string issuer) =>
        issuer.StartsWith("https://", StringComparison.Ordinal) ? issuer["https://".Length..] : issuer;
}
