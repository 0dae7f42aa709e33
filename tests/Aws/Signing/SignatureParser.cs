using System.Globalization;
using System.Text;

namespace CsiSecrets.Tests.Aws.Signing;

/// <summary>Finds the signature claim of a request and refuses incomplete ones.</summary>
internal static class SignatureParser
{
    private const string Algorithm = "AWS4-HMAC-SHA256";

    /// <returns>null if the request carries no signature at all.</returns>
    public static SignatureClaim? Parse(SignedMessage message)
    {
        var header = message.Header("Authorization");
        if (header is not null)
        {
            return FromHeader(message, header);
        }

        return message.Query.Contains("X-Amz-Algorithm=", StringComparison.Ordinal) ? FromQuery(message) : null;
    }

    private static SignatureClaim FromHeader(SignedMessage message, string header)
    {
        if (!header.StartsWith(Algorithm + " ", StringComparison.Ordinal))
        {
            throw new SignatureException(SignatureProblem.Incomplete, $"Unsupported AWS 'algorithm': '{header.Split(' ')[0]}'.");
        }

        var parts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in header[Algorithm.Length..].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var pair = part.Split('=', 2);
            if (pair.Length != 2)
            {
                throw new SignatureException(
                    SignatureProblem.Incomplete,
                    $"'{part}' not a valid key=value pair (missing equal-sign) in Authorization header.");
            }

            parts[pair[0]] = pair[1];
        }

        var missing = new[] { "Credential", "Signature", "SignedHeaders" }.Where(p => !parts.ContainsKey(p)).ToList();
        var timestamp = Timestamp(message);
        if (missing.Count > 0 || timestamp.Length == 0)
        {
            var text = string.Concat(missing.Select(m => $"Authorization header requires '{m}' parameter. "));
            var date = timestamp.Length == 0 ? "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. " : "";
            throw new SignatureException(SignatureProblem.Incomplete, text + date + "Authorization=" + Algorithm);
        }

        return Claim(parts["Credential"], parts["SignedHeaders"], parts["Signature"]) with
        {
            Timestamp = timestamp,
            SessionToken = message.Header("X-Amz-Security-Token"),
        };
    }

    private static SignatureClaim FromQuery(SignedMessage message)
    {
        var query = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in message.Query.Split('&'))
        {
            var parts = pair.Split('=', 2);
            query.TryAdd(parts[0], parts.Length == 2 ? Encoding.UTF8.GetString(UriEncoding.Decode(parts[1])) : "");
        }

        foreach (var name in new[] { "X-Amz-Credential", "X-Amz-SignedHeaders", "X-Amz-Signature", "X-Amz-Date" })
        {
            if (!query.ContainsKey(name))
            {
                throw new SignatureException(SignatureProblem.Incomplete, $"AWS query-string parameters must include '{name}'.");
            }
        }

        var expires = int.TryParse(query.GetValueOrDefault("X-Amz-Expires"), CultureInfo.InvariantCulture, out var seconds) ? seconds : 900;
        return Claim(query["X-Amz-Credential"], query["X-Amz-SignedHeaders"], query["X-Amz-Signature"]) with
        {
            Timestamp = query["X-Amz-Date"],
            SessionToken = query.GetValueOrDefault("X-Amz-Security-Token"),
            Expires = expires,
        };
    }

    private static SignatureClaim Claim(string credential, string signedHeaders, string signature)
    {
        var scope = credential.Split('/');
        if (scope.Length != 5)
        {
            throw new SignatureException(
                SignatureProblem.Incomplete,
                $"Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '{credential}'");
        }

        return new SignatureClaim
        {
            AccessKeyId = scope[0],
            ScopeDate = scope[1],
            Region = scope[2],
            Service = scope[3],
            Terminator = scope[4],
            SignedHeaders = signedHeaders.Split(';'),
            Signature = signature,
            Timestamp = "",
        };
    }

    private static string Timestamp(SignedMessage message)
    {
        if (message.Header("X-Amz-Date") is { } amzDate)
        {
            return amzDate;
        }

        return DateTimeOffset.TryParse(message.Header("Date"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
            ? date.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)
            : "";
    }
}
