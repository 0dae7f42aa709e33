using CsiSecrets.Model;

namespace CsiSecrets.AwsApi;

/// <summary>The environment variables that AWS's SDKs, its CLI and External Secrets Operator read, read once.</summary>
internal sealed record AwsEnvironment
{
    public string? Region { get; init; }

    public bool UseFips { get; init; }

    public bool UseDualStack { get; init; }

    /// <summary>Overrides by signing name (<c>secretsmanager</c>, <c>ssm</c>, <c>sts</c>); the empty name is for all others.</summary>
    public IReadOnlyDictionary<string, Uri> Endpoints { get; init; } = new Dictionary<string, Uri>();

    public Uri AgentIPv4 { get; init; } = new("http://169.254.170.23/v1/credentials");

    public Uri AgentIPv6 { get; init; } = new("http://[fd00:ec2::23]/v1/credentials");

    /// <summary>How long one address of the Pod Identity agent may take.</summary>
    public TimeSpan AgentTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>PEM file whose certificates replace the system's for AWS calls.</summary>
    public string? CaBundle { get; init; }

    public string? HttpsProxy { get; init; }

    public string? HttpProxy { get; init; }

    public string? NoProxy { get; init; }

    /// <summary>Calls per request, the first included.</summary>
    public int MaxAttempts { get; init; } = 4;

    /// <summary>A wait between calls in place of the growing one; null for that one.</summary>
    public TimeSpan? RetryDelay { get; init; }

    public static AwsEnvironment Read(Func<string, string?> variable)
    {
        string? Get(params ReadOnlySpan<string> names)
        {
            foreach (string name in names)
            {
                if (variable(name) is { Length: > 0 } value)
                {
                    return value;
                }
            }

            return null;
        }

        var endpoints = new Dictionary<string, Uri>(StringComparer.Ordinal);
        if (!IsTrue(Get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")))
        {
            AddEndpoint(endpoints, "", Get("AWS_ENDPOINT_URL"));
            AddEndpoint(endpoints, AwsService.SecretsManager.SigningName, Get("AWS_ENDPOINT_URL_SECRETS_MANAGER", "AWS_SECRETSMANAGER_ENDPOINT"));
            AddEndpoint(endpoints, AwsService.Ssm.SigningName, Get("AWS_ENDPOINT_URL_SSM", "AWS_SSM_ENDPOINT"));
            AddEndpoint(endpoints, AwsService.Sts.SigningName, Get("AWS_ENDPOINT_URL_STS", "AWS_STS_ENDPOINT"));
        }

        return new AwsEnvironment
        {
            Region = Get("AWS_REGION", "AWS_DEFAULT_REGION"),
            UseFips = IsTrue(Get("AWS_USE_FIPS_ENDPOINT")),
            UseDualStack = IsTrue(Get("AWS_USE_DUALSTACK_ENDPOINT")),
            Endpoints = endpoints,
            CaBundle = Get("AWS_CA_BUNDLE"),
            HttpsProxy = Get("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"),
            HttpProxy = Get("http_proxy", "HTTP_PROXY"),
            NoProxy = Get("NO_PROXY", "no_proxy"),
            MaxAttempts = int.TryParse(Get("AWS_MAX_ATTEMPTS"), out int attempts) && attempts is > 0 and <= 10 ? attempts : 4,
        };
    }

    private static bool IsTrue(string? text) => text is not null && text.Equals("true", StringComparison.OrdinalIgnoreCase);

    private static void AddEndpoint(Dictionary<string, Uri> endpoints, string service, string? text)
    {
        if (text is null)
        {
            return;
        }

        endpoints[service] = Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && uri.Scheme is ("http" or "https")
            ? uri
            : throw Bad($"AWS_ENDPOINT_URL of {(service.Length == 0 ? "all services" : service)}", "it is no http or https URL", "write it like https://host:port");
    }

    /// <summary>A variable of the process's environment that cannot be used. Its value is not shown: a proxy's may hold a password.</summary>
    public static SecretsException Bad(string variable, string cause, string remedy, Exception? inner = null) =>
        new(FailureReason.InvalidRequest, $"environment variable {variable}", cause, remedy, inner);
}
