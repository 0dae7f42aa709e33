using System.Diagnostics;

namespace CsiSecrets.Bench.Rig;

/// <summary>The published binary as <c>csi-secrets controller</c>, as its own ServiceAccount, with the Deployment's settings of the runtime.</summary>
internal sealed class ControllerProcess : IAsyncDisposable
{
    public const string Manifest = "controller/rendered/base.yaml";
    private readonly Process process;

    private ControllerProcess(Process process) => this.process = process;

    public TimeSpan Cpu => ProcessClock.CpuOf(process.Id);

    public bool HasExited => process.HasExited;

    public MemoryReading Memory() => MemoryReading.Of(process.Id);

    public static async Task<ControllerProcess> StartAsync(Stage stage, CancellationToken cancellationToken, params string[] flags)
    {
        var start = new ProcessStartInfo(Path.Combine(Repository.Root, "artifacts/publish/csi-secrets")) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string word in (string[])["controller", $"--kubeconfig={await KubeconfigAsync(stage, cancellationToken)}",
            $"--live-addr=127.0.0.1:{FreePort.Next()}", $"--metrics-addr=127.0.0.1:{FreePort.Next()}", .. flags])
        {
            start.ArgumentList.Add(word);
        }

        foreach ((string name, string value) in DriverProcess.ManifestSettings(Manifest)
            .Append(("AWS_ENDPOINT_URL", stage.Aws.Server.Url.ToString())).Append(("AWS_CA_BUNDLE", stage.Aws.AuthorityFile))
            .Concat(stage.Settings.Select(s => (s.Key, s.Value))))
        {
            start.Environment[name] = value;
        }

        Process process = Process.Start(start)!;
        var log = TextWriter.Synchronized(new StreamWriter(Path.Combine(Repository.Root, "artifacts/bench/controller.log"), append: true) { AutoFlush = true });
        DataReceivedEventHandler keep = (_, line) => log.WriteLine(line.Data);
        process.OutputDataReceived += keep;
        process.ErrorDataReceived += keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => log.WriteLine($"exit code {process.ExitCode}");
        return new ControllerProcess(process);
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }

    private static async Task<string> KubeconfigAsync(Stage stage, CancellationToken cancellationToken)
    {
        (string token, _) = await stage.Plane.TokenAsync("external-secrets", "external-secrets", null, null, cancellationToken);
        string file = Path.Combine(Sandbox.Folder, "controller.kubeconfig");
        await File.WriteAllTextAsync(
            file,
            $$$"""
            clusters: [{name: c, cluster: {server: "https://127.0.0.1:{{{stage.Plane.Port}}}", certificate-authority: {{{stage.Plane.AuthorityFile}}}}}]
            users: [{name: u, user: {token: {{{token}}}}}]
            contexts: [{name: x, context: {cluster: c, user: u}}]
            current-context: x
            """,
            cancellationToken);
        return file;
    }
}
