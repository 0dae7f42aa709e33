using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using CsiSecrets.Tests.Csi;
using CsiSecrets.Tests.Fakes;
using CsiSecrets.Tests.Harness;

namespace CsiSecrets.Tests.Hosting;

/// <summary><c>csi-secrets node</c> as a process that cannot start: one line that names what and where, an exit code, no stack, no secret.</summary>
public sealed class StartFailureTests : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private FakeKubeApi api = null!;

    /// <summary>What is changed, and what must be said. Those after "mounts" need root to get so far.</summary>
    public static TheoryData<string, string> Failures
    {
        get
        {
            var all = new TheoryData<string, string>
            {
                { "--kubeconfig=/none", "kubeconfig /none: it cannot be read: name a kubeconfig" },
                { "--kubeconfig=FOLDER/broken", "kubeconfig FOLDER/broken: line 2, column 1: not valid YAML" },
                { "--state-dir=FOLDER/broken", "--state-dir FOLDER/broken: " },
                { "--state-dir=/proc/none", "--state-dir /proc/none: " },
                { "AWS_CA_BUNDLE=FOLDER/broken", "environment variable AWS_CA_BUNDLE: the file FOLDER/broken holds no certificate: name a PEM file" },
                { "AWS_ENDPOINT_URL=ftp://marker-password@x", "environment variable AWS_ENDPOINT_URL of all services: it is no http or https URL" },
                { "HTTPS_PROXY=http://marker-password@ x", "environment variable HTTPS_PROXY or HTTP_PROXY: it is no URL" },
            };
            if (Environment.IsPrivilegedProcess)
            {
                all.Add("--endpoint=unix://FOLDER/broken/csi.sock", "--endpoint FOLDER/broken: ");
                all.Add("--registration-dir=FOLDER/none", "--registration-dir FOLDER/none: there is no such folder: mount the kubelet's plugins_registry there");
                all.Add("--metrics-addr=127.0.0.1:PORT", "Failed to bind to address http://127.0.0.1:PORT: address already in use: check --endpoint");
            }

            return all;
        }
    }

    public async ValueTask InitializeAsync()
    {
        api = await FakeKubeApi.StartAsync();
        await File.WriteAllTextAsync(folder["broken"], "x: [");
    }

    public async ValueTask DisposeAsync()
    {
        await api.DisposeAsync();
        folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Node_CannotStart_SaysWhyInOneLine(string change, string says)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        string Filled(string text) => text.Replace("FOLDER", folder.Path, StringComparison.Ordinal)
            .Replace("PORT", $"{((IPEndPoint)taken.LocalEndpoint).Port}", StringComparison.Ordinal);

        (int code, string errors) = await RunAsync(Filled(change));

        Assert.Equal(1, code);
        string last = errors.TrimEnd('\n').Split('\n')[^1];
        Assert.StartsWith("csi-secrets node: " + Filled(says), last);
        Assert.DoesNotContain("   at ", errors);
        Assert.DoesNotContain("marker-password", errors);
        Assert.DoesNotContain("serves driver", errors);
    }

    private async Task<(int Code, string Errors)> RunAsync(string change)
    {
        string binary = Environment.GetEnvironmentVariable(BinaryTarget.Variable) ?? "";
        string[] command = binary.Length > 0 ? [binary] : ["dotnet", Path.Combine(AppContext.BaseDirectory, "csi-secrets.dll")];
        bool isFlag = change.StartsWith("--", StringComparison.Ordinal);
        var start = new ProcessStartInfo(command[0],
        [
            .. command[1..], "node", "--nodeid=node-1", "--keep-privileges", $"--kubeconfig={api.Kubeconfig}", $"--endpoint=unix://{folder["csi.sock"]}",
            $"--state-dir={folder["state"]}", "--health-addr=0", "--metrics-addr=0", .. isFlag ? (string[])[change] : [],
        ])
        {
            RedirectStandardError = true,
        };
        if (!isFlag)
        {
            string[] variable = change.Split('=', 2);
            start.Environment[variable[0]] = variable[1];
        }

        using Process process = Process.Start(start)!;
        try
        {
            string errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)
                .WaitAsync(Wait.Patience, TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return (process.ExitCode, errors);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }
}
