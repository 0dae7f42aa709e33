using System.Diagnostics;
using System.Text.RegularExpressions;

namespace CsiSecrets.Bench.Rig;

/// <summary>The published binary as <c>csi-secrets node</c>, with the DaemonSet's own settings of the runtime.</summary>
internal sealed partial class DriverProcess : IAsyncDisposable
{
    private const string Binary = "artifacts/publish/csi-secrets";
    private readonly Process process;
    private readonly int metricsPort;

    private DriverProcess(Process process, string socket, int metricsPort)
    {
        (this.process, Socket, this.metricsPort) = (process, socket, metricsPort);
    }

    public string Socket { get; }

    /// <summary>From the start until the first successful Probe.</summary>
    public TimeSpan StartTime { get; private set; }

    /// <summary>CPU time of the process at that moment.</summary>
    public TimeSpan StartCpu { get; private set; }

    public TimeSpan Cpu => ProcessClock.CpuOf(process.Id);

    /// <summary>The state folder outlives the process: a second start finds it.</summary>
    public static async Task<DriverProcess> StartAsync(
        Stage stage, string state, MemoryGroup? group, CancellationToken cancellationToken, params string[] flags)
    {
        string socket = Path.Combine(Sandbox.Folder, "csi.sock");
        int metrics = FreePort.Next();
        int health = FreePort.Next();
        string join = group is null ? "" : $"echo $$ > {group.ProcsFile} && ";
        var start = new ProcessStartInfo("/bin/sh") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string word in (string[])["-c", join + "exec \"$0\" \"$@\"", Path.Combine(Repository.Root, Binary), "node",
            $"--endpoint=unix://{socket}", $"--nodeid={Town.Node}", $"--state-dir={state}",
            $"--health-addr=127.0.0.1:{health}", $"--metrics-addr=127.0.0.1:{metrics}", .. flags])
        {
            start.ArgumentList.Add(word);
        }

        foreach ((string name, string value) in ManifestSettings("daemonset/rendered/base.yaml").Append(("KUBERNETES_SERVICE_HOST", "127.0.0.1")).Append(("KUBERNETES_SERVICE_PORT", $"{stage.Plane.Port}"))
            .Append(("AWS_ENDPOINT_URL", stage.Aws.Server.Url.ToString())).Append(("AWS_CA_BUNDLE", stage.Aws.AuthorityFile))
            .Concat(stage.Settings.Select(s => (s.Key, s.Value))))
        {
            start.Environment[name] = value;
        }

        File.Delete(socket);
        long began = Stopwatch.GetTimestamp();
        Process process = Process.Start(start)!;
        var log = new StreamWriter(Path.Combine(Repository.Root, "artifacts/bench/driver.log"), append: true) { AutoFlush = true };
        DataReceivedEventHandler keep = (_, line) =>
        {
            lock (log)
            {
                log.WriteLine(line.Data);
            }
        };
        process.OutputDataReceived += keep;
        process.ErrorDataReceived += keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => log.WriteLine($"exit code {process.ExitCode}");
        var driver = new DriverProcess(process, socket, metrics);
        await driver.AnswersAsync(began, cancellationToken);
        return driver;
    }

    /// <summary>Resident, Pss, anonymous and the peak, in MiB.</summary>
    public MemoryReading Memory() => MemoryReading.Of(process.Id);

    /// <summary>A counter of <c>/metrics</c>, over all labels that contain <paramref name="label"/>.</summary>
    public async Task<double> MetricAsync(string name, string label, CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        string text = await http.GetStringAsync($"http://127.0.0.1:{metricsPort}/metrics", cancellationToken);
        return text.Split('\n')
            .Where(l => l.StartsWith(name, StringComparison.Ordinal) && l.Contains(label, StringComparison.Ordinal))
            .Sum(l => double.Parse(l[(l.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture));
    }

    public bool HasExited => process.HasExited;

    /// <summary>As <c>kill -9</c>.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            await KillAsync();
        }

        process.Dispose();
    }

    private async Task AnswersAsync(long began, CancellationToken cancellationToken)
    {
        // A connect in a tight loop would take the CPU that the start needs: the socket's file is looked for first.
        while (!File.Exists(Socket) && !process.HasExited)
        {
            await Task.Delay(2, cancellationToken);
        }

        using var kubelet = new Kubelet(Socket);
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                await kubelet.ProbeAsync(cancellationToken);
                (StartTime, StartCpu) = (Stopwatch.GetElapsedTime(began), Cpu);
                return;
            }
            catch (Grpc.Core.RpcException) when (attempt < 1000 && !process.HasExited)
            {
                await Task.Delay(2, cancellationToken);
            }
        }
    }

    /// <summary>The DOTNET_ variables of a manifest.</summary>
    public static IEnumerable<(string Name, string Value)> ManifestSettings(string manifest) =>
        Setting().Matches(File.ReadAllText(Path.Combine(Repository.Root, manifest))).Select(m => (m.Groups[1].Value, m.Groups[2].Value));

    /// <summary>The container's memory limit in the DaemonSet, in MiB.</summary>
    public static double ManifestLimit() => double.Parse(
        Limit().Match(File.ReadAllText(Path.Combine(Repository.Root, "daemonset/rendered/base.yaml"))).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);

    [GeneratedRegex(@"limits:\s+memory: (\d+)Mi")]
    private static partial Regex Limit();

    [GeneratedRegex(@"- name: (DOTNET_\w+)\s+value: ""?([^""\s]+)")]
    private static partial Regex Setting();
}
