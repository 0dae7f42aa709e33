using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace CsiSecrets.Tests.Aws.Signing;

/// <summary>The canonical request of Signature Version 4, built from AWS's description of it for services other than S3.</summary>
internal static partial class CanonicalRequest
{
    public static string Build(SignedMessage message, IReadOnlyList<string> signedHeaders)
    {
        var text = new StringBuilder();
        text.Append(message.Method).Append('\n');
        text.Append(Path(message.Path)).Append('\n');
        text.Append(Query(message.Query)).Append('\n');
        foreach (var name in signedHeaders)
        {
            text.Append(name).Append(':').Append(HeaderValue(message, name)).Append('\n');
        }

        text.Append('\n').Append(string.Join(';', signedHeaders)).Append('\n');

        // The services hash what arrived, whatever x-amz-content-sha256 says: UNSIGNED-PAYLOAD is S3's alone.
        return text.Append(Convert.ToHexStringLower(SHA256.HashData(message.Body))).ToString();
    }

    /// <summary>Removes dot segments and doubled slashes, then encodes each segment of what was on the wire once more.</summary>
    public static string Path(string path)
    {
        var kept = new List<string>();
        foreach (var segment in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (segment == "..")
            {
                if (kept.Count > 0)
                {
                    kept.RemoveAt(kept.Count - 1);
                }
            }
            else if (segment != ".")
            {
                kept.Add(UriEncoding.Encode(segment));
            }
        }

        var slash = kept.Count > 0 && (path.EndsWith('/') || path.EndsWith("/.", StringComparison.Ordinal)) ? "/" : "";
        return "/" + string.Join('/', kept) + slash;
    }

    /// <summary>Encoded pairs in the order of their encoded names, then values; the signature itself is left out.</summary>
    public static string Query(string query)
    {
        var pairs = new List<(string Name, string Value)>();
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            var name = UriEncoding.Encode(UriEncoding.Decode(parts[0]));
            var value = parts.Length == 2 ? UriEncoding.Encode(UriEncoding.Decode(parts[1])) : "";
            if (name != "X-Amz-Signature")
            {
                pairs.Add((name, value));
            }
        }

        pairs.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name) is var byName && byName != 0
            ? byName
            : string.CompareOrdinal(a.Value, b.Value));
        return string.Join('&', pairs.Select(p => p.Name + "=" + p.Value));
    }

    private static string HeaderValue(SignedMessage message, string name)
    {
        var values = message.Headers
            .Where(h => string.Equals(h.Key, name, StringComparison.OrdinalIgnoreCase))
            .Select(h => Spaces().Replace(h.Value.Trim(), " "));
        return string.Join(',', values);
    }

    [GeneratedRegex(" +")]
    private static partial Regex Spaces();
}
