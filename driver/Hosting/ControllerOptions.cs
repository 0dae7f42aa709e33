using CsiSecrets.Reload;
using CsiSecrets.Resolution;
using CsiSecrets.Sync;

namespace CsiSecrets.Hosting;

/// <summary>All settings of <c>csi-secrets controller</c>. The peer operator's flags keep their names where they still mean something.</summary>
internal sealed class ControllerOptions
{
    public string LiveAddress { get; set; } = ":8082";

    public string MetricsAddress { get; set; } = ":8080";

    public string Kubeconfig { get; set; } = "";

    public bool LeaderElection { get; set; }

    /// <summary>Where the Lease is: the pod's own namespace.</summary>
    public string LeaseNamespace { get; set; } = "external-secrets";

    public string LeaseName { get; set; } = "external-secrets-controller";

    /// <summary>Told apart from every other process.</summary>
    public string Identity { get; set; } = "";

    public LogLevel LogLevel { get; set; } = LogLevel.Information;

    public bool JsonLog { get; set; }

    public string LeftDelimiter { get; set; } = "{{";

    public string RightDelimiter { get; set; } = "}}";

    /// <summary>Secrets are made from SecretProviderClasses.</summary>
    public bool SecretObjects { get; set; }

    public SyncOptions Sync { get; } = new();

    public ReloadOptions Reload { get; } = new();

    public FetchOptions Fetch { get; } = new()
    {
        // Many ExternalSecrets come due together: what is asked for within a moment goes in one call.
        GatherWindow = TimeSpan.FromMilliseconds(30),

        // Secrets Manager reads twenty by one call, Parameter Store ten.
        GatherFull = 20,
        ValueBytes = 32 << 20,
    };

    public List<string> Notices { get; } = [];

    /// <summary>Reads flags and environment; every error at once.</summary>
    public static (ControllerOptions Options, IReadOnlyList<string> Errors) Read(IReadOnlyList<string> arguments)
    {
        var options = new ControllerOptions();
        FlagReader flags = ControllerFlags.For(options);
        var errors = new List<string>(flags.Read(arguments));
        options.Notices.AddRange(flags.Ignored);
        errors.AddRange(flags.Words.Select(w => $"unexpected word {w}"));
        errors.AddRange(options.Problems());
        errors.AddRange(ReloadFlags.Problems(options.Reload));
        options.Reload.Namespaces = ReloadFlags.Scope(options.Reload, options.Sync.Namespace);
        options.Reload.KeyNamespace = options.LeaseNamespace;
        options.Sync.KeyNamespace = options.LeaseNamespace;
        return (options, errors);
    }

    private IEnumerable<string> Problems()
    {
        foreach ((string flag, string address) in ((string, string)[])[("live-addr", LiveAddress), ("metrics-addr", MetricsAddress)])
        {
            if (ListenAddress.Problem(flag, address) is { } problem)
            {
                yield return problem;
            }
        }

        if (Sync.FieldManager.Length is 0 or > 128)
        {
            yield return "--field-manager: 1 to 128 characters";
        }

        if (LeftDelimiter.Length == 0 || RightDelimiter.Length == 0)
        {
            yield return "--template-left-delimiter, --template-right-delimiter: not empty";
        }
    }
}
