using CsiSecrets.AwsApi;
using CsiSecrets.Hosting;
using CsiSecrets.Model;

namespace CsiSecrets.Tests.Hosting;

/// <summary>The flags of <c>csi-secrets node</c>: those of the peers' manifests start it, and what cannot work is said before anything is done.</summary>
public sealed class NodeFlagTests
{
    /// <summary>What the peer driver and its AWS provider take, and klog's flags that come with them.</summary>
    public static TheoryData<string> PeerFlags =>
    [
        "--endpoint=unix:///csi/csi.sock", "--drivername=secrets-store.csi.k8s.io", "--nodeid=node-1", "--log-format-json", "--log-format-json=false",
        "--provider-volume=/var/run/secrets-store-csi-providers", "--additional-provider-volume-paths=/a,/b", "--metrics-addr=:8095",
        "--metrics-backend=prometheus", "--enable-secret-rotation", "--enable-secret-rotation=false", "--rotation-poll-interval=1h",
        "--enable-pprof", "--pprof-port=6065", "--max-call-recv-msg-size=4194304", "--provider-health-check", "--provider-health-check-interval=2m",
        "--version=false", "-v=5", "--v=0", "--driver-writes-secrets=true", "--qps=5", "--burst=10", "--eks-addon-version=v1", "--pod-identity-http-timeout=2s",
        "--logtostderr", "--alsologtostderr=false", "--stderrthreshold=2", "--vmodule=a=1", "--log_file=/x", "--add_dir_header", "--one_output",
    ];

    public static TheoryData<string, string> Mistakes => new()
    {
        { "--rotation-poll-intervall=2m", "unknown flag --rotation-poll-intervall" },
        { "--enable-secret-rotation=maybe", "--enable-secret-rotation: not true or false" },
        { "--rotation-poll-interval=2", "--rotation-poll-interval: not a duration like 30s or 2m" },
        { "--rotation-poll-interval=-2m", "--rotation-poll-interval: not a duration like 30s or 2m" },
        { "--rotation-poll-interval=0", "--rotation-poll-interval: at least 1s" },
        { "--rotation-poll-interval=10ms", "--rotation-poll-interval: at least 1s" },
        { "--pod-identity-http-timeout=0s", "--pod-identity-http-timeout: at least 1s" },
        { "--max-volume-size=big", "--max-volume-size: not a size like 16Mi" },
        { "--max-volume-size=0", "--max-volume-size: at least 65536 bytes" },
        { "--max-node-size=0", "--max-node-size: at least 65536 bytes" },
        { "-v=loud", "--v: not a whole number" },
        { "--nodeid=", "--nodeid: the node's name is needed" },
        { "--nodeid=../node", "--nodeid: the node's name is needed" },
        { "--drivername=a/b", "--drivername: the name of a CSIDriver object" },
        { "--drivername=", "--drivername: the name of a CSIDriver object" },
        { "--endpoint=tcp://127.0.0.1:1", "--endpoint: only unix sockets are served" },
        { "--endpoint=unix://", "--endpoint: it names no file" },
        { "--endpoint=unix:///csi/", "--endpoint: it names no file" },
        { "--endpoint=unix:///" + LongName, "--endpoint: the socket's path may have 107 bytes" },
        { "--registration-dir=/" + LongName, "--registration-dir: the socket's path may have 107 bytes" },
        { "--registration-dir=registry", "--registration-dir: the absolute path" },
        { "--state-dir=state", "--state-dir: the absolute path" },
        { "--state-dir=", "--state-dir: the absolute path" },
        { "--metrics-addr=here", "--metrics-addr: not an address like :8095" },
        { "--health-addr=:99999", "--health-addr: not an address like :8095" },
        { "--enable-reload-signals", "--enable-reload-signals: needs --enable-in-place-reload" },
        { "stray", "unexpected word stray" },
    };

    private static string LongName => new('x', 120);

    [Theory]
    [MemberData(nameof(PeerFlags))]
    public void FlagOfAPeer_IsTaken(string flag)
    {
        (_, IReadOnlyList<string> errors) = NodeOptions.Read(["--nodeid=n", flag]);
        Assert.Empty(errors);
    }

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Mistake_IsNamedWithItsRemedy(string flag, string says)
    {
        (_, IReadOnlyList<string> errors) = NodeOptions.Read(["--nodeid=n", flag]);
        Assert.StartsWith(says, Assert.Single(errors));
    }

    [Fact]
    public void Mistakes_AreAllToldAtOnce()
    {
        (_, IReadOnlyList<string> errors) = NodeOptions.Read(["--nodeid=", "--state-dir=x", "--nothing", "--metrics-addr=here"]);
        Assert.Equal(4, errors.Count);
    }

    [Fact]
    public void FlagWithoutEffect_IsToldInTheLog()
    {
        (NodeOptions options, _) = NodeOptions.Read(["--nodeid=n", "--provider-volume=/x", "--enable-pprof"]);
        Assert.Equal(["--provider-volume has no effect: providers are built in", "--enable-pprof has no effect: there is no pprof"], options.Notices);
    }

    [Fact]
    public void Flags_MeanWhatTheyMeanAtThePeer()
    {
        (NodeOptions options, IReadOnlyList<string> errors) = NodeOptions.Read(
        [
            "--endpoint", "unix://tmp/csi.sock", "--drivername=other.csi.example", "-nodeid", "node-7", "--log-format-json", "--metrics-addr=127.0.0.1:9000",
            "--enable-secret-rotation=F", "--rotation-poll-interval=1h30m", "-v", "5", "--pod-identity-http-timeout=2s",
        ]);
        Assert.Empty(errors);
        Assert.Equal(("/tmp/csi.sock", "other.csi.example", "node-7"), (options.SocketPath, options.DriverName, options.Volumes.NodeName));
        Assert.Equal((true, "127.0.0.1:9000", 5), (options.JsonLog, options.MetricsAddress, options.Verbosity));
        Assert.Equal((false, TimeSpan.FromMinutes(90)), (options.Volumes.Rotation, options.Volumes.RotationInterval));
        Assert.Equal(TimeSpan.FromSeconds(2), NodeProviders.EnvironmentOf(options, static _ => null).AgentTimeout);
    }

    [Fact]
    public void WithoutFlags_ThePeersDefaultsHold_ButRotationIsOn()
    {
        (NodeOptions options, _) = NodeOptions.Read(["--nodeid=n"]);
        Assert.Equal(("secrets-store.csi.k8s.io", ":8095", ":9808"), (options.DriverName, options.MetricsAddress, options.HealthAddress));
        Assert.Equal((true, TimeSpan.FromMinutes(2)), (options.Volumes.Rotation, options.Volumes.RotationInterval));
        Assert.False(options.AllowNodeCredentials);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-help")]
    [InlineData("-h")]
    public void Help_IsAskedForAsOfAGoProgram(string word) => Assert.True(FlagReader.AsksForHelp(["--nodeid=n", word]));

    [Theory]
    [InlineData("AWS_ENDPOINT_URL", "ftp://user:marker-password@host")]
    [InlineData("HTTPS_PROXY", "http://user:marker-password@ host")]
    [InlineData("AWS_CA_BUNDLE", "/no/such/file")]
    public void Environment_Unusable_IsNamedAndNotShown(string name, string value)
    {
        SecretsException e = Assert.Throws<SecretsException>(() =>
        {
            using var clients = new AwsClients(AwsEnvironment.Read(n => n == name ? value : null), static _ => null, TimeProvider.System);
        });
        Assert.Contains(name, e.Message);
        Assert.NotEqual("", e.Remedy);
        Assert.DoesNotContain("marker-password", e.Message);
    }
}
