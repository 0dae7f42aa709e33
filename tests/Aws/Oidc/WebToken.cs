using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CsiSecrets.Tests.Aws.Oidc;

/// <summary>A JSON web token taken apart; nothing in it is to be believed before VerifiedBy says so.</summary>
internal sealed class WebToken
{
    private readonly byte[] _signed;
    private readonly byte[] _signature;
    private readonly JsonObject _header;

    private WebToken(JsonObject header, JsonObject claims, byte[] signed, byte[] signature)
    {
        _header = header;
        Claims = claims;
        _signed = signed;
        _signature = signature;
    }

    public JsonObject Claims { get; }

    public string Issuer => (string?)Claims["iss"] ?? "";

    public string Subject => (string?)Claims["sub"] ?? "";

    public ImmutableArray<string> Audiences => Claims["aud"] switch
    {
        null => [],
        JsonArray many => [.. many.Select(a => a!.ToString())],
        var one => [one.ToString()],
    };

    /// <returns>null if the text is no JWT.</returns>
    public static WebToken? Parse(string text)
    {
        var parts = text.Trim().Split('.');
        if (parts.Length != 3)
        {
            return null;
        }

        try
        {
            return new WebToken(
                JsonNode.Parse(Base64.Url(parts[0]))!.AsObject(),
                JsonNode.Parse(Base64.Url(parts[1]))!.AsObject(),
                Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"),
                Base64.Url(parts[2]));
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    public bool VerifiedBy(OidcProvider provider)
    {
        var (algorithm, id) = ((string?)_header["alg"] ?? "", (string?)_header["kid"]);
        return provider.Keys.Any(k => (k.Id is null || id is null || k.Id == id) && k.Verifies(algorithm, _signed, _signature));
    }

    public DateTimeOffset? Time(string claim) =>
        Claims[claim] is { } node && node.GetValueKind() == JsonValueKind.Number ? DateTimeOffset.FromUnixTimeSeconds((long)(double)node) : null;
}
