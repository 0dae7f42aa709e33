using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;

namespace CsiSecrets.Tests.Harness;

/// <summary>Tokens with the claims that the driver checks and no valid signature.</summary>
internal sealed class UnsignedTokens : ITokenSource
{
    /// <summary>Part of every token, to be searched for where no token may be.</summary>
    public const string Marker = "token-marker-c0ffee";

    public string Token(PodUnderTest pod, string audience, DateTimeOffset expires)
    {
        var claims = new JsonObject
        {
            ["aud"] = new JsonArray(audience),
            ["exp"] = expires.ToUnixTimeSeconds(),
            ["kubernetes.io"] = new JsonObject
            {
                ["namespace"] = pod.Namespace,
                ["serviceaccount"] = new JsonObject { ["name"] = pod.ServiceAccount, ["uid"] = pod.ServiceAccountUid },
                ["pod"] = new JsonObject { ["name"] = pod.Name, ["uid"] = pod.Uid },
            },
        };
        return $"e30.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims.ToJsonString()))}.{Marker}";
    }
}
