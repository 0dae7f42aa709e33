using System.Globalization;
using System.Net;

namespace CsiSecrets.AwsApi;

/// <summary>
/// HTTPS_PROXY, HTTP_PROXY and NO_PROXY as Go and curl read them: names with their subdomains, addresses, CIDR ranges, ports, <c>*</c>.
/// Loopback and link-local addresses never go through a proxy: there the node's own agents answer.
/// </summary>
internal sealed class AwsProxy : IWebProxy
{
    private static readonly IPNetwork[] Local =
    [
        IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("::1/128"), IPNetwork.Parse("fe80::/10"),
        IPNetwork.Parse("fd00:ec2::/32"),
    ];

    private readonly Uri? https;
    private readonly Uri? http;
    private readonly string[] exceptions;

    public AwsProxy(AwsEnvironment environment)
    {
        var users = new Dictionary<Uri, NetworkCredential>();
        https = Parse(environment.HttpsProxy, users);
        http = Parse(environment.HttpProxy, users);
        exceptions = (environment.NoProxy ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        Credentials = users.Count > 0 ? new ProxyUsers(users) : null;
    }

    public ICredentials? Credentials { get; set; }

    public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : ProxyFor(destination);

    public bool IsBypassed(Uri host)
    {
        if (ProxyFor(host) is null || host.IsLoopback)
        {
            return true;
        }

        IPAddress? address = IPAddress.TryParse(host.IdnHost.Trim('[', ']'), out IPAddress? parsed) ? parsed : null;
        return (address is not null && Local.Any(n => Contains(n, address))) || exceptions.Any(e => Matches(e, host, address));
    }

    private static bool Matches(string exception, Uri host, IPAddress? address)
    {
        if (exception == "*")
        {
            return true;
        }

        if (address is not null && IPNetwork.TryParse(exception, out IPNetwork range))
        {
            return Contains(range, address);
        }

        if (address is not null && IPAddress.TryParse(exception.Trim('[', ']'), out IPAddress? same))
        {
            return same.Equals(address);
        }

        int colon = exception.LastIndexOf(':');
        if (colon > 0 && int.TryParse(exception.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port))
        {
            if (port != host.Port)
            {
                return false;
            }

            exception = exception[..colon];
        }

        string name = exception.TrimStart('*').TrimStart('.');
        return name.Length > 0 && (host.IdnHost.Equals(name, StringComparison.OrdinalIgnoreCase)
            || host.IdnHost.EndsWith("." + name, StringComparison.OrdinalIgnoreCase));
    }

    private static bool Contains(IPNetwork network, IPAddress address)
    {
        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return plain.AddressFamily == network.BaseAddress.AddressFamily && network.Contains(plain);
    }

    /// <summary>The proxy's address alone: its user and password are kept apart, as the framework's errors quote the address.</summary>
    private static Uri? Parse(string? text, Dictionary<Uri, NetworkCredential> users)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        string full = text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}";
        if (!Uri.TryCreate(full, UriKind.Absolute, out Uri? uri))
        {
            throw AwsEnvironment.Bad("HTTPS_PROXY or HTTP_PROXY", "it is no URL", "write it like http://host:port");
        }

        if (uri.UserInfo.Length == 0)
        {
            return uri;
        }

        string[] parts = uri.UserInfo.Split(':', 2);
        uri = new UriBuilder(uri) { UserName = "", Password = "" }.Uri;
        users[uri] = new NetworkCredential(Uri.UnescapeDataString(parts[0]), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "");
        return uri;
    }

    private Uri? ProxyFor(Uri host) => host.Scheme == Uri.UriSchemeHttps ? https : http;

    private sealed class ProxyUsers(IReadOnlyDictionary<Uri, NetworkCredential> users) : ICredentials
    {
        public NetworkCredential? GetCredential(Uri uri, string authType) => users.GetValueOrDefault(uri);
    }
}
