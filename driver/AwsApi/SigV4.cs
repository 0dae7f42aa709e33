using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CsiSecrets.AwsApi;

/// <summary>
/// AWS Signature Version 4 for POST requests to <c>/</c>, which is all that these services use. Keys stay bytes and derived keys are cleared;
/// the tests compare it with the SDK's signer.
/// </summary>
internal static class SigV4
{
    private const string Algorithm = "AWS4-HMAC-SHA256";

    /// <param name="keys">The credentials; their session token must be among the headers already.</param>
    /// <param name="headers">All headers to sign, names in lower case, in ordinal order; host and x-amz-date among them.</param>
    /// <param name="path">The absolute path of the URL.</param>
    /// <param name="body">The payload.</param>
    /// <param name="scope">Region and service.</param>
    /// <param name="at">The time of <c>x-amz-date</c>.</param>
    /// <returns>The value of the Authorization header.</returns>
    public static string Authorize(
        AwsKeys keys,
        IReadOnlyList<KeyValuePair<string, string>> headers,
        string path,
        ReadOnlySpan<byte> body,
        (string Region, string Service) scope,
        DateTimeOffset at)
    {
        string signed = string.Join(';', headers.Select(h => h.Key));
        var canonical = new StringBuilder("POST\n").Append(path).Append("\n\n");
        foreach ((string name, string value) in headers)
        {
            canonical.Append(name).Append(':').Append(value.Trim()).Append('\n');
        }

        canonical.Append('\n').Append(signed).Append('\n').Append(Convert.ToHexStringLower(SHA256.HashData(body)));
        string date = at.UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        string credentialScope = $"{date}/{scope.Region}/{scope.Service}/aws4_request";
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical.ToString())));
        string toSign = $"{Algorithm}\n{TimeText(at)}\n{credentialScope}\n{hash}";
        string signature = Sign(keys, date, scope, toSign);
        return $"{Algorithm} Credential={keys.AccessKeyId}/{credentialScope}, SignedHeaders={signed}, Signature={signature}";
    }

    public static string TimeText(DateTimeOffset at) => at.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    private static string Sign(AwsKeys keys, string date, (string Region, string Service) scope, string toSign)
    {
        byte[] first = new byte[4 + keys.SecretKey.Length];
        Span<byte> key = stackalloc byte[32];
        Span<byte> next = stackalloc byte[32];
        try
        {
            "AWS4"u8.CopyTo(first);
            keys.SecretKey.Span.CopyTo(first.AsSpan(4));
            HMACSHA256.HashData(first, Encoding.ASCII.GetBytes(date), key);
            foreach (string part in (ReadOnlySpan<string>)[scope.Region, scope.Service, "aws4_request", toSign])
            {
                HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part), next);
                next.CopyTo(key);
            }

            return Convert.ToHexStringLower(key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(first);
            CryptographicOperations.ZeroMemory(key);
            CryptographicOperations.ZeroMemory(next);
        }
    }
}
