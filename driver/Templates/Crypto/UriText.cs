using System.Text.RegularExpressions;

namespace CsiSecrets.Templates.Crypto;

/// <summary>A URI of a certificate as Go prints it after parsing: the same text, its scheme in lower case.</summary>
internal static partial class UriText
{
    private const int MaxHost = 253;
    private const int MaxLabel = 63;

    public static string Normalise(string uri)
    {
        if (uri.Any(c => c is < ' ' or '\x7f') || BadEscape().IsMatch(uri))
        {
            throw new TemplateFunctionException($"x509: cannot parse URI \"{Escaped(uri)}\": invalid URI");
        }

        var scheme = Scheme().Match(uri);
        if (!scheme.Success)
        {
            return uri.StartsWith(':') ? throw new TemplateFunctionException($"x509: cannot parse URI \"{uri}\": missing protocol scheme") : uri;
        }

        var rest = uri[scheme.Length..];
        if (rest.StartsWith("//", StringComparison.Ordinal))
        {
            CheckHost(uri, rest[2..]);
        }

        return scheme.Value.ToLowerInvariant() + rest;
    }

    private static void CheckHost(string uri, string rest)
    {
        var end = rest.AsSpan().IndexOfAny('/', '?', '#');
        var authority = end < 0 ? rest : rest[..end];
        var host = authority[(authority.LastIndexOf('@') + 1)..];
        if (host.Length > MaxHost || (host.Length > 0 && host.Split('.').Any(label => label.Length is 0 or > MaxLabel)))
        {
            throw new TemplateFunctionException($"x509: cannot parse URI \"{uri}\": invalid domain");
        }
    }

    private static string Escaped(string uri) => string.Concat(uri.Select(c => c is < ' ' or '\x7f' ? $"\\x{(int)c:x2}" : c.ToString()));

    [GeneratedRegex("^[a-zA-Z][a-zA-Z0-9+.-]*:")]
    private static partial Regex Scheme();

    [GeneratedRegex("%(?![0-9a-fA-F]{2})")]
    private static partial Regex BadEscape();
}
