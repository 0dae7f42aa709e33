using System.Buffers.Text;
using System.Text.Json;
using CsiSecrets.Model;

namespace CsiSecrets.Csi;

/// <summary>
/// Reads the kubelet's ServiceAccount tokens, <c>{"audience":{"token":"…","expirationTimestamp":"…"}}</c>, and holds each one's claims against
/// the pod. Signatures are the provider's to check; the claims keep a token of another pod from being slipped in.
/// </summary>
internal static class TokenReader
{
    private const string Remedy = "leave the key to the kubelet and check the CSIDriver's tokenRequests";

    /// <summary>Returns the tokens of the allowed audiences, and the ServiceAccount's UID that they state (null without tokens).</summary>
    public static (PodTokens Tokens, string? ServiceAccountUid) Read(string json, PodIdentity pod, IReadOnlySet<string> audiences)
    {
        var tokens = new Dictionary<string, PodToken>(StringComparer.Ordinal);
        string? uid = null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 4 });
            foreach (JsonProperty one in document.RootElement.EnumerateObject().Where(p => audiences.Contains(p.Name)))
            {
                if (tokens.ContainsKey(one.Name))
                {
                    throw Invalid(pod, $"audience {one.Name} stands twice");
                }

                DateTimeOffset expires = one.Value.GetProperty("expirationTimestamp").GetDateTimeOffset();
                SecretBytes value = SecretBytes.FromText(Text(one.Value, "token"));
                tokens[one.Name] = new PodToken(value, expires);
                TokenClaims claims = TokenClaims.Of(value.Span);
                Check(claims, one.Name, pod, uid);
                uid = claims.ServiceAccountUid;
            }

            return (new PodTokens(tokens), uid);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or KeyNotFoundException or SecretsException)
        {
            new PodTokens(tokens).Dispose();
            throw e as SecretsException ?? Invalid(pod, "they are not the JSON that the kubelet writes");
        }
    }

    private static void Check(TokenClaims claims, string audience, PodIdentity pod, string? uid)
    {
        if (claims.Namespace != pod.Namespace || claims.ServiceAccount != pod.ServiceAccount)
        {
            throw Invalid(pod, $"the token for audience {audience} is not of ServiceAccount {pod.Namespace}/{pod.ServiceAccount}");
        }

        if (claims.PodUid != pod.PodUid)
        {
            throw Invalid(pod, $"the token for audience {audience} is bound to another pod");
        }

        if (!claims.Audiences.Contains(audience))
        {
            throw Invalid(pod, $"the token for audience {audience} is for another audience");
        }

        if (uid is not null && uid != claims.ServiceAccountUid)
        {
            throw Invalid(pod, "the tokens are of different ServiceAccounts");
        }
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? throw new FormatException();

    private static SecretsException Invalid(PodIdentity pod, string cause) =>
        new(FailureReason.TokenInvalid, $"service account tokens of pod {pod.PodRef}", cause, Remedy);
}

/// <summary>The claims of a Kubernetes token that tie it to a pod.</summary>
internal sealed record TokenClaims(string Namespace, string ServiceAccount, string ServiceAccountUid, string PodUid, IReadOnlyList<string> Audiences)
{
    /// <summary>Throws FormatException, JsonException and their like for anything that is no such token.</summary>
    public static TokenClaims Of(ReadOnlySpan<byte> token)
    {
        int first = token.IndexOf((byte)'.');
        int second = first < 0 ? -1 : token[(first + 1)..].IndexOf((byte)'.');
        if (second < 0)
        {
            throw new FormatException();
        }

        byte[] payload = Base64Url.DecodeFromUtf8(token.Slice(first + 1, second));
        using JsonDocument claims = JsonDocument.Parse(payload);
        JsonElement root = claims.RootElement;
        JsonElement kubernetes = root.GetProperty("kubernetes.io");
        JsonElement audience = root.GetProperty("aud");
        return new TokenClaims(
            kubernetes.GetProperty("namespace").GetString() ?? "",
            kubernetes.GetProperty("serviceaccount").GetProperty("name").GetString() ?? "",
            kubernetes.GetProperty("serviceaccount").GetProperty("uid").GetString() ?? "",
            kubernetes.GetProperty("pod").GetProperty("uid").GetString() ?? "",
            audience.ValueKind == JsonValueKind.Array ? [.. audience.EnumerateArray().Select(a => a.GetString() ?? "")] : [audience.GetString() ?? ""]);
    }
}
