using System.Diagnostics;
using System.Text.Json.Nodes;
using CsiSecrets.Csi.Wire;
using CsiSecrets.Tests.Aws.Hosting;
using CsiSecrets.Tests.Aws.Iam;
using CsiSecrets.Tests.Aws.Oidc;
using CsiSecrets.Tests.Fakes;
using CsiSecrets.Tests.Harness;
using Grpc.Core;
using Grpc.Net.Client;

namespace CsiSecrets.Tests.Csi;

/// <summary>
/// The published binary as a process of its own, on real tmpfs, between a fake API server and the AWS endpoint.
/// </summary>
internal sealed class BinaryTarget : ISpecificationTarget
{
    public const string Variable = "CSI_SECRETS_BINARY";

    private readonly TemporaryFolder folder = new();
    private readonly string[] command;
    private readonly FakeKubeApi api;
    private readonly AwsServer aws;
    private readonly ClusterUnderTest cluster;
    private Process? process;
    private GrpcChannel? channel;

    private BinaryTarget(string[] command, FakeKubeApi api, AwsServer aws)
    {
        (this.command, this.api, this.aws) = (command, api, aws);
        var issuer = new TokenIssuer(AwsUnderTest.Issuer, TimeProvider.System);
        var kubelet = new Kubelet(folder.Path, () => new Node.NodeClient(channel), TimeProvider.System, new SignedTokens(issuer));
        cluster = new ClusterUnderTest(api, kubelet);
        cluster.Driver();
        cluster.Node();
        aws.Seed.Oidc(issuer.Provider(NodeUnderTest.FirstAudience));
        aws.Seed.Secret("db", "first");
        Role role = aws.Seed.Role("web", PolicyDocument.TrustWebIdentity(AwsUnderTest.Issuer, "system:serviceaccount:shop:default"));
        cluster.Account("shop", "default", new JsonObject { ["eks.amazonaws.com/role-arn"] = role.Arn });
        cluster.ClassOf("aws", "shop", "creds", [("objects", "[{objectName: db, objectType: secretsmanager}]"), ("region", "us-east-1")]);
    }

    public int ProcessId => process!.Id;

    public ChannelBase Csi => channel!;

    public string RegistrationSocket => folder["registry/secrets-store.csi.k8s.io-reg.sock"];

    public static async Task<ISpecificationTarget> StartAsync() => await StartAsync([]);

    /// <param name="before">A command that becomes the binary, such as setpriv and its options.</param>
    public static async Task<BinaryTarget> StartAsync(string[] before)
    {
        string binary = Require();
        var target = new BinaryTarget(
            [.. before, binary], await FakeKubeApi.StartAsync(), await AwsServer.StartAsync(new AwsServerOptions(), TestContext.Current.CancellationToken));
        Directory.CreateDirectory(target.folder["registry"]);
        await Undoing.StartAsync(target, target.BootAsync);
        return target;
    }

    /// <summary>The published binary's path, where it can do its work.</summary>
    public static string Require()
    {
        string? binary = Environment.GetEnvironmentVariable(Variable);
        Assert.True(File.Exists(binary), $"{Variable} does not name the published binary: run tests/publish.sh and set it to artifacts/publish/csi-secrets");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "not root: the published binary mounts tmpfs");
        return binary;
    }

    public PodUnderTest Pod(string name) => cluster.Pod("shop", name, "creds");

    /// <summary>Its exit code, once it has ended by itself.</summary>
    public async Task<int> EndedAsync()
    {
        await process!.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Wait.Patience, TestContext.Current.CancellationToken);
        return process.ExitCode;
    }

    public async Task RestartAsync()
    {
        await KillAsync();
        await BootAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        foreach (string mount in CsiSecrets.Posix.LinuxMounts.Probe(folder.Path).List(folder.Path))
        {
            CsiSecrets.Posix.LinuxMounts.Probe(folder.Path).Remove(mount);
        }

        await aws.DisposeAsync();
        await api.DisposeAsync();
        folder.Dispose();
    }

    private async Task BootAsync()
    {
        var start = new ProcessStartInfo(command[0],
        [
            .. command[1..], "node", $"--endpoint=unix://{folder["csi.sock"]}", $"--registration-dir={folder["registry"]}", $"--state-dir={folder["state"]}",
            $"--nodeid={NodeUnderTest.NodeName}", $"--kubeconfig={api.Kubeconfig}", "--health-addr=0", "--metrics-addr=0",
        ])
        {
            RedirectStandardError = true,
        };
        start.Environment["AWS_ENDPOINT_URL"] = aws.Url.AbsoluteUri;
        process = Process.Start(start)!;
        var log = new System.Collections.Concurrent.ConcurrentQueue<string?>();
        process.ErrorDataReceived += (_, line) => log.Enqueue(line.Data);
        process.BeginErrorReadLine();
        await Wait.UntilAsync(
            () => process.HasExited || (File.Exists(folder["csi.sock"]) && File.Exists(RegistrationSocket) && log.Any(l => l?.Contains("serves driver") == true)),
            "the binary's sockets");
        Assert.False(process.HasExited, string.Join('\n', log));
        channel = NodeUnderTest.Dial(folder["csi.sock"]);
        await ReadyAsync();
    }

    /// <summary>Ready once it has read the CSIDriver object, which no CSI call tells: a publish of a class that is not there does.</summary>
    private async Task ReadyAsync()
    {
        PodUnderTest probe = cluster.Pod("shop", "probe", "absent");
        Directory.CreateDirectory(Path.GetDirectoryName(probe.TargetPath)!);
        StatusCode code = StatusCode.Unavailable;
        long began = TimeProvider.System.GetTimestamp();
        while (code == StatusCode.Unavailable)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Wait.Patience, "the binary does not become ready");
            try
            {
                await new Node.NodeClient(channel).NodePublishVolumeAsync(probe.Request(), cancellationToken: TestContext.Current.CancellationToken);
            }
            catch (RpcException e)
            {
                code = e.StatusCode;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    private async Task KillAsync()
    {
        channel?.Dispose();
        if (process is not null)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
            process = null;
        }
    }
}
