using CsiSecrets.InPlace;
using CsiSecrets.Resolution;
using CsiSecrets.Volumes;

namespace CsiSecrets.Hosting;

/// <summary>All settings of <c>csi-secrets node</c>. The peer driver's flags keep their names and defaults where they still mean something.</summary>
internal sealed class NodeOptions
{
    public string Endpoint { get; set; } = "unix:///csi/csi.sock";

    public string DriverName { get; set; } = "secrets-store.csi.k8s.io";

    /// <summary>The driver's socket as a path of the host, which the kubelet dials.</summary>
    public string HostSocket { get; set; } = "";

    /// <summary>The kubelet's plugins_registry; empty for a driver that somebody else registers.</summary>
    public string RegistrationDirectory { get; set; } = "";

    public string HealthAddress { get; set; } = ":9808";

    public string MetricsAddress { get; set; } = ":8095";

    public string Kubeconfig { get; set; } = "";

    public string LocalProviderFile { get; set; } = "";

    /// <summary>How long a pod's start waits for the Secrets that mirror its class; zero for no wait.</summary>
    public TimeSpan WaitForMirror { get; set; }

    public string StartupTaint { get; set; } = "";

    public bool PrintsVersion { get; set; }

    public bool JsonLog { get; set; }

    /// <summary>As the peer counts it: 4 and more is debug. Below zero there is no log.</summary>
    public int Verbosity { get; set; }

    public LogLevel LogLevel => Verbosity switch { < 0 => LogLevel.None, >= 4 => LogLevel.Debug, _ => LogLevel.Information };

    /// <summary>Keep the capabilities that the process was given: for a machine where the driver is run by hand.</summary>
    public bool KeepPrivileges { get; set; }

    public bool AllowNodeCredentials { get; set; }

    public string NodeCredentialsNamespaces { get; set; } = "";

    /// <summary>A person's own machine, never a node: every class reads AWS as that person. No flag sets it.</summary>
    public bool OwnAwsCredentials { get; set; }

    public TimeSpan PodIdentityTimeout { get; set; } = TimeSpan.FromSeconds(5);

    public VolumeOptions Volumes { get; } = new();

    public InPlaceOptions InPlace { get; } = new();

    public FetchOptions Fetch { get; } = new() { MostRemembered = 10_000 };

    public List<string> Notices { get; } = [];

    public string SocketPath => Endpoint.Replace("unix:", "", StringComparison.Ordinal) is var path
        && path.StartsWith("//", StringComparison.Ordinal) ? "/" + path.TrimStart('/') : "/" + Endpoint.Replace("unix:", "", StringComparison.Ordinal).TrimStart('/');

    /// <summary>Reads flags and environment; every error at once.</summary>
    public static (NodeOptions Options, IReadOnlyList<string> Errors) Read(IReadOnlyList<string> arguments)
    {
        var options = new NodeOptions();
        FlagReader flags = NodeFlags.For(options);
        var errors = new List<string>(flags.Read(arguments));
        options.Notices.AddRange(flags.Ignored);
        errors.AddRange(flags.Words.Select(w => $"unexpected word {w}"));
        errors.AddRange(options.Problems());
        return (options, errors);
    }

    private IEnumerable<string> SocketProblems()
    {
        if (RegistrationDirectory.Length > 0 && RegistrationDirectory[0] != '/')
        {
            yield return "--registration-dir: the absolute path of a folder is needed";
        }

        if (Path.GetFileName(SocketPath).Length == 0)
        {
            yield return "--endpoint: it names no file: e.g. unix:///csi/csi.sock";
        }

        foreach ((string flag, string socket) in ((string, string)[])[("endpoint", SocketPath), ("registration-dir", new Sockets(this).Registration)])
        {
            if (System.Text.Encoding.UTF8.GetByteCount(socket) > Sockets.LongestPath)
            {
                yield return $"--{flag}: the socket's path may have {Sockets.LongestPath} bytes, {socket} has more: choose a shorter folder";
            }
        }
    }

    private IEnumerable<string> Problems()
    {
        if (!Endpoint.StartsWith("unix:", StringComparison.Ordinal))
        {
            yield return "--endpoint: only unix sockets are served, e.g. unix:///csi/csi.sock";
        }

        if (DriverNames.Problem(DriverName) is { } unusable)
        {
            yield return unusable;
        }

        if (Volumes.NodeName.Length is 0 or > 253 || !Volumes.NodeName.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_'))
        {
            yield return "--nodeid: the node's name is needed, e.g. from the environment variable KUBE_NODE_NAME: at most 253 letters, digits, - and .";
        }

        if (!Volumes.StateDirectory.StartsWith('/'))
        {
            yield return "--state-dir: the absolute path of a folder is needed";
        }

        foreach (string problem in SocketProblems())
        {
            yield return problem;
        }

        if (LocalProviderFile.Length > 0 && LocalProviderFile[0] != '/')
        {
            yield return "--local-provider-file: an absolute path is needed";
        }

        if (InPlace.Signals && !InPlace.Enabled)
        {
            yield return "--enable-reload-signals: needs --enable-in-place-reload";
        }

        foreach ((string flag, string address) in ((string, string)[])[("health-addr", HealthAddress), ("metrics-addr", MetricsAddress)])
        {
            if (ListenAddress.Problem(flag, address) is { } problem)
            {
                yield return problem;
            }
        }
    }
}
