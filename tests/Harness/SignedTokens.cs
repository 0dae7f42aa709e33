using System.Text.Json.Nodes;
using CsiSecrets.Tests.Aws.Oidc;

namespace CsiSecrets.Tests.Harness;

/// <summary>Tokens that the AWS endpoint accepts.</summary>
internal sealed class SignedTokens(TokenIssuer issuer) : ITokenSource
{
    public string Token(PodUnderTest pod, string audience, DateTimeOffset expires) => issuer.Sign(new JsonObject
    {
        ["aud"] = new JsonArray(audience),
        ["exp"] = expires.ToUnixTimeSeconds(),
        ["iss"] = issuer.Issuer,
        ["kubernetes.io"] = new JsonObject
        {
            ["namespace"] = pod.Namespace,
            ["serviceaccount"] = new JsonObject { ["name"] = pod.ServiceAccount, ["uid"] = pod.ServiceAccountUid },
            ["pod"] = new JsonObject { ["name"] = pod.Name, ["uid"] = pod.Uid },
        },
        ["sub"] = $"system:serviceaccount:{pod.Namespace}:{pod.ServiceAccount}",
    });
}
