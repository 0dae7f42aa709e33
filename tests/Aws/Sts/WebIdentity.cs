using System.Globalization;
using System.Text.Json.Nodes;
using CsiSecrets.Tests.Aws.Iam;
using CsiSecrets.Tests.Aws.Oidc;
using CsiSecrets.Tests.Aws.Wire;

namespace CsiSecrets.Tests.Aws.Sts;

/// <summary>Believes a web identity token, or says in STS's words why not.</summary>
internal sealed class WebIdentity(Roles roles, TimeProvider time)
{
    /// <summary>1. a JWT, 2. of a registered issuer, 3. for one of its client ids, 4. signed by it, 5. in its time.</summary>
    public (WebToken Token, OidcProvider Provider) Verify(string text)
    {
        var token = WebToken.Parse(text) ?? throw Invalid("The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)");
        var provider = roles.FindProvider(token.Issuer)
            ?? throw Invalid($"No OpenIDConnect provider found in your account for {token.Issuer}");
        if (!token.Audiences.Intersect(provider.ClientIds, StringComparer.Ordinal).Any())
        {
            throw Invalid("Incorrect token audience");
        }

        if (!token.VerifiedBy(provider))
        {
            throw Invalid("Token signature invalid");
        }

        var now = time.GetUtcNow();
        var expires = token.Time("exp") ?? throw Invalid("Missing a required claim: exp");
        if (now >= expires)
        {
            throw new AwsException(
                "ExpiredTokenException",
                $"Token expired: current date/time {Unix(now)} must be before the expiration date/time {Unix(expires)}");
        }

        return token.Time("nbf") > now || token.Time("iat") > now + TimeSpan.FromMinutes(5)
            ? throw Invalid("Token is not yet valid")
            : (token, provider);
    }

    public static ConditionContext Conditions(WebToken token, OidcProvider provider, string sessionName)
    {
        var context = new ConditionContext();
        foreach (var audience in token.Audiences)
        {
            context.Add(provider.Name + ":aud", audience);
        }

        context.Add(provider.Name + ":sub", token.Subject);
        context.Add("sts:RoleSessionName", sessionName);
        foreach (var (key, value) in Tags(token))
        {
            context.Add("aws:RequestTag/" + key, value);
        }

        return context;
    }

    /// <summary>Session tags that the issuer put into the token under AWS's claim.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Tags(WebToken token) =>
        token.Claims["https://aws.amazon.com/tags"]?["principal_tags"] is JsonObject tags
            ? tags.Select(t => new KeyValuePair<string, string>(t.Key, t.Value is JsonArray many ? many[0]!.ToString() : t.Value!.ToString()))
            : [];

    /// <summary>The pod of a bound token, as <c>namespace/name</c>, believed or not; null where the token names none.</summary>
    public static string? PodOf(string text) =>
        WebToken.Parse(text)?.Claims["kubernetes.io"] is JsonObject kubernetes && kubernetes["pod"] is JsonObject pod ? $"{kubernetes["namespace"]}/{pod["name"]}" : null;

    private static string Unix(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    private static AwsException Invalid(string message) => new("InvalidIdentityToken", message);
}
