using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace CsiSecrets.Tests.Aws.Iam;

/// <summary>An IAM policy document in AWS's JSON: identity, resource, session or trust policy.</summary>
internal sealed class PolicyDocument
{
    public static readonly PolicyDocument AllowAll = Parse("""{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}""");

    private PolicyDocument(string text, ImmutableArray<PolicyStatement> statements)
    {
        Text = text;
        Statements = statements;
    }

    /// <summary>The document as it was given.</summary>
    public string Text { get; }

    public ImmutableArray<PolicyStatement> Statements { get; }

    /// <exception cref="FormatException">An operator or effect that this endpoint does not know: better than ignoring it.</exception>
    public static PolicyDocument Parse(string json)
    {
        var root = JsonNode.Parse(json) ?? throw new FormatException("an empty policy document");
        var statements = root["Statement"] switch
        {
            JsonArray array => array.Select(s => PolicyStatement.Parse(s!.AsObject())),
            JsonObject one => [PolicyStatement.Parse(one)],
            _ => throw new FormatException("a policy document without Statement"),
        };
        return new PolicyDocument(json, [.. statements]);
    }

    public static PolicyDocument Allow(string actions, string resources = "*") => Statement("Allow", actions, resources);

    public static PolicyDocument Deny(string actions, string resources = "*") => Statement("Deny", actions, resources);

    /// <summary>A trust policy for tokens of an issuer whose subject matches (with * and ?).</summary>
    public static PolicyDocument TrustWebIdentity(string issuer, string subject, string audience = "sts.amazonaws.com", string account = "111122223333")
    {
        var provider = Roles.ProviderName(issuer);
        return Parse(new JsonObject
        {
            ["Statement"] = new JsonArray(new JsonObject
            {
                ["Effect"] = "Allow",
                ["Principal"] = new JsonObject { ["Federated"] = $"arn:aws:iam::{account}:oidc-provider/{provider}" },
                ["Action"] = new JsonArray("sts:AssumeRoleWithWebIdentity", "sts:TagSession"),
                ["Condition"] = new JsonObject
                {
                    ["StringLike"] = new JsonObject { [provider + ":sub"] = subject },
                    ["StringEquals"] = new JsonObject { [provider + ":aud"] = audience },
                },
            }),
        }.ToJsonString());
    }

    /// <summary>A trust policy for a principal (user, role, account) that may assume the role, also with tags.</summary>
    public static PolicyDocument TrustPrincipal(string arn, string? externalId = null)
    {
        var statement = new JsonObject
        {
            ["Effect"] = "Allow",
            ["Principal"] = new JsonObject { ["AWS"] = arn },
            ["Action"] = new JsonArray("sts:AssumeRole", "sts:TagSession"),
        };
        if (externalId is not null)
        {
            statement["Condition"] = new JsonObject { ["StringEquals"] = new JsonObject { ["sts:ExternalId"] = externalId } };
        }

        return Parse(new JsonObject { ["Statement"] = new JsonArray(statement) }.ToJsonString());
    }

    /// <summary>The trust policy that EKS Pod Identity asks for.</summary>
    public static PolicyDocument TrustPodIdentity() => Parse(
        """{"Statement":[{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession"]}]}""");

    private static PolicyDocument Statement(string effect, string actions, string resources) => Parse(new JsonObject
    {
        ["Statement"] = new JsonArray(new JsonObject
        {
            ["Effect"] = effect,
            ["Action"] = new JsonArray([.. actions.Split(',', StringSplitOptions.TrimEntries).Select(a => (JsonNode)a)]),
            ["Resource"] = new JsonArray([.. resources.Split(',', StringSplitOptions.TrimEntries).Select(r => (JsonNode)r)]),
        }),
    }.ToJsonString());
}
