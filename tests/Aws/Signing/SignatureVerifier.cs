using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CsiSecrets.Tests.Aws.Signing;

/// <summary>Verifies Signature Version 4 from AWS's description of it, with no code of an SDK.</summary>
internal static class SignatureVerifier
{
    public static readonly TimeSpan Skew = TimeSpan.FromMinutes(15);

    private const string TimeFormat = "yyyyMMdd'T'HHmmss'Z'";

    /// <summary>Checks scope, clock, signed headers and signature. Service null: any service (the published vectors name one of their own).</summary>
    /// <exception cref="SignatureException">The first rule that the request breaks.</exception>
    public static void Verify(SignedMessage message, SignatureClaim claim, string secretAccessKey, string? service, DateTimeOffset now)
    {
        CheckScope(claim, service);
        CheckClock(claim, now);
        CheckSignedHeaders(message, claim);
        var expected = Sign(CanonicalRequest.Build(message, claim.SignedHeaders), claim, secretAccessKey);
        if (!CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(expected), Encoding.UTF8.GetBytes(claim.Signature)))
        {
            throw new SignatureException(
                SignatureProblem.Mismatch,
                "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.");
        }
    }

    /// <summary>The signature, in lower-case hex, of a canonical request.</summary>
    public static string Sign(string canonicalRequest, SignatureClaim claim, string secretAccessKey)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonicalRequest)));
        var stringToSign = $"AWS4-HMAC-SHA256\n{claim.Timestamp}\n{claim.Scope}\n{hash}";
        var key = Encoding.UTF8.GetBytes("AWS4" + secretAccessKey);
        foreach (var part in new[] { claim.ScopeDate, claim.Region, claim.Service, claim.Terminator })
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        }

        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(stringToSign)));
    }

    private static void CheckScope(SignatureClaim claim, string? service)
    {
        if (claim.Terminator != "aws4_request")
        {
            throw Mismatch($"Credential should be scoped with a valid terminator: 'aws4_request', not '{claim.Terminator}'.");
        }

        if (service is not null && claim.Service != service)
        {
            throw Mismatch($"Credential should be scoped to correct service: '{service}'. ");
        }

        if (claim.Region.Length == 0 || claim.Region.Any(c => !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-'))
        {
            throw Mismatch("Credential should be scoped to a valid region. ");
        }

        if (!claim.Timestamp.StartsWith(claim.ScopeDate + "T", StringComparison.Ordinal))
        {
            throw Mismatch(
                $"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{claim.ScopeDate}' != '{claim.Timestamp.Split('T')[0]}', from '{claim.Timestamp}'.");
        }
    }

    private static void CheckClock(SignatureClaim claim, DateTimeOffset now)
    {
        if (!DateTimeOffset.TryParseExact(
            claim.Timestamp, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var signed))
        {
            throw new SignatureException(
                SignatureProblem.Incomplete, $"Date must be in ISO-8601 'basic format'. Got '{claim.Timestamp}'. See http://en.wikipedia.org/wiki/ISO_8601");
        }

        var until = claim.Expires is { } seconds ? signed + TimeSpan.FromSeconds(seconds) : signed + Skew;
        if (now > until)
        {
            throw Mismatch($"Signature expired: {claim.Timestamp} is now earlier than {Format(now - Skew)} ({Format(now)} - 15 min.)");
        }

        if (signed > now + Skew)
        {
            throw Mismatch($"Signature not yet current: {claim.Timestamp} is still later than {Format(now + Skew)} ({Format(now)} + 15 min.)");
        }
    }

    private static void CheckSignedHeaders(SignedMessage message, SignatureClaim claim)
    {
        var signed = claim.SignedHeaders;
        if (!signed.Contains("host", StringComparer.Ordinal))
        {
            throw Mismatch("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
        }

        if (!signed.SequenceEqual(signed.Order(StringComparer.Ordinal).Distinct(StringComparer.Ordinal), StringComparer.Ordinal)
            || signed.Any(h => h.Any(char.IsAsciiLetterUpper)))
        {
            throw new SignatureException(SignatureProblem.Incomplete, "SignedHeaders must be lower-case, sorted and without duplicates.");
        }

        foreach (var name in signed.Where(h => message.Header(h) is null))
        {
            throw Mismatch($"The signed header '{name}' is not in the request.");
        }

        // A presigned URL may travel with headers that were added later; a signed header request may not.
        foreach (var (name, _) in claim.Expires is null ? message.Headers : [])
        {
            var lower = name.ToLowerInvariant();
            if (lower.StartsWith("x-amz-", StringComparison.Ordinal) && !signed.Contains(lower, StringComparer.Ordinal))
            {
                throw Mismatch($"There were headers present in the request which were not signed: {lower}");
            }
        }
    }

    private static string Format(DateTimeOffset time) => time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    private static SignatureException Mismatch(string message) => new(SignatureProblem.Mismatch, message);
}
