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
        https = Parse(environment.HttpsProxy);
        http = Parse(environment.HttpProxy);
        exceptions = (environment.NoProxy ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        Uri? named = https ?? http;
        if (named is { UserInfo: { Length: > 0 } user })
        {
            string[] parts = user.Split(':', 2);
            Credentials = new NetworkCredential(Uri.UnescapeDataString(parts[0]), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "");
        }
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

    private static Uri? Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        string full = text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}";
        return Uri.TryCreate(full, UriKind.Absolute, out Uri? uri)
            ? uri
            : throw AwsEnvironment.Bad("HTTPS_PROXY or HTTP_PROXY", "it is no URL", "write it like http://host:port");
    }

    private Uri? ProxyFor(Uri host) => host.Scheme == Uri.UriSchemeHttps ? https : http;
}
