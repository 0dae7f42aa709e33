using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using CsiSecrets.Tests.Aws.Iam;
using CsiSecrets.Tests.Aws.Oidc;
using CsiSecrets.Tests.Aws.Sts;
using CsiSecrets.Tests.Aws.Wire;

namespace CsiSecrets.Tests.Aws.PodIdentity;

/// <summary>The EKS Pod Identity agent: a pod's token in, credentials of the associated role out, tagged with the pod.</summary>
internal sealed class PodIdentityAgent(Roles roles, Credentials credentials, TimeProvider time)
{
    private const string Audience = "pods.eks.amazonaws.com";
    private readonly ConcurrentDictionary<(string Namespace, string ServiceAccount), string> _associations = new();

    public string Cluster { get; set; } = "test";

    public void Associate(string @namespace, string serviceAccount, string roleArn) => _associations[(@namespace, serviceAccount)] = roleArn;

    public bool Dissociate(string @namespace, string serviceAccount) => _associations.TryRemove((@namespace, serviceAccount), out _);

    public void Clear() => _associations.Clear();

    /// <exception cref="AwsException">In the words of the EKS Auth API that the real agent asks.</exception>
    public (JsonObject Answer, AccessKey Key) Exchange(string? authorization)
    {
        if (string.IsNullOrWhiteSpace(authorization))
        {
            throw new AwsException("InvalidRequestException", "Service account token cannot be empty");
        }

        var token = Verify(authorization.Trim());
        var kubernetes = token.Claims["kubernetes.io"];
        var (ns, sa) = ((string?)kubernetes?["namespace"] ?? "", (string?)kubernetes?["serviceaccount"]?["name"] ?? "");
        if (!_associations.TryGetValue((ns, sa), out var arn))
        {
            throw new AwsException("ResourceNotFoundException", $"No association found for service account {sa} in namespace {ns} on cluster {Cluster}", 404);
        }

        var pod = (string?)kubernetes?["pod"]?["name"] ?? "unknown";
        var role = roles.Find(arn);
        if (role is null || !StsService.Trusts(role, "sts:AssumeRole", "Service", [Audience], new ConditionContext()))
        {
            throw new AwsException("AccessDeniedException", "Unauthorized Exception! EKS does not have permissions to assume the associated role.");
        }

        var tags = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["eks-cluster-name"] = Cluster,
            ["eks-cluster-arn"] = $"arn:aws:eks:us-east-1:{role.Account}:cluster/{Cluster}",
            ["kubernetes-namespace"] = ns,
            ["kubernetes-service-account"] = sa,
            ["kubernetes-pod-name"] = pod,
            ["kubernetes-pod-uid"] = (string?)kubernetes?["pod"]?["uid"] ?? "",
        }.ToImmutableSortedDictionary(StringComparer.Ordinal);
        var name = $"eks-{Cluster}-{pod}-{Guid.NewGuid()}";
        var session = StsService.Session(role, name.Length <= 64 ? name : name[..64], tags, [.. tags.Keys], null);
        var key = credentials.Issue(session, TimeSpan.FromHours(6));
        return (Answer(key, role), key);
    }

    private static JsonObject Answer(AccessKey key, Role role) => new()
    {
        ["AccessKeyId"] = key.Id,
        ["SecretAccessKey"] = key.Secret,
        ["Token"] = key.Token,
        ["AccountId"] = role.Account,
        ["Expiration"] = key.Expires!.Value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
    };

    private WebToken Verify(string text)
    {
        var token = WebToken.Parse(text);
        var provider = token is null ? null : roles.FindProvider(token.Issuer);
        if (token is null || provider is null || !token.VerifiedBy(provider))
        {
            throw new AwsException("InvalidTokenException", "The token included in the request could not be validated.");
        }

        if (!token.Audiences.Contains(Audience, StringComparer.Ordinal))
        {
            throw new AwsException("InvalidTokenException", "The audience in the token does not match pods.eks.amazonaws.com");
        }

        return token.Time("exp") > time.GetUtcNow() ? token : throw new AwsException("ExpiredTokenException", "The token included in the request is expired.");
    }
}
