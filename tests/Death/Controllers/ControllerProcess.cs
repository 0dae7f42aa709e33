using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using CsiSecrets.Tests.Csi;
using CsiSecrets.Tests.Harness;

namespace CsiSecrets.Tests.Death.Controllers;

/// <summary><c>csi-secrets controller</c>, as its command composes it, in a process of its own that can be killed, stopped and let go on: the published
/// binary where there is one, which starts in a tenth of the time.</summary>
internal sealed class ControllerProcess : IAsyncDisposable
{
    public const string Argument = "--controller-as-a-child";

    private readonly Process child;
    private readonly ConcurrentQueue<string> lines = new();

    private ControllerProcess(Process child)
    {
        this.child = child;
        child.OutputDataReceived += (_, line) => lines.Enqueue(line.Data ?? "");
        child.ErrorDataReceived += (_, line) => lines.Enqueue(line.Data ?? "");
        child.BeginOutputReadLine();
        child.BeginErrorReadLine();
    }

    public string Said => string.Join('\n', lines);

    /// <param name="kubeconfig">Of the API server.</param>
    /// <param name="aws">Where AWS is.</param>
    /// <param name="name">Its identity's beginning, as a pod's name is.</param>
    /// <param name="home">The namespace of its Lease and keys.</param>
    /// <param name="flags">More of them.</param>
    public static ControllerProcess Start(string kubeconfig, Uri aws, string name, string home, params string[] flags)
    {
        string[] command = Environment.GetEnvironmentVariable(BinaryTarget.Variable) is { Length: > 0 } binary ? [binary, "controller"]
            : Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [Environment.ProcessPath!, typeof(ControllerProcess).Assembly.Location, Argument]
            : [Environment.ProcessPath!, Argument];
        var start = new ProcessStartInfo(command[0]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string word in (string[])[.. command[1..], "--kubeconfig", kubeconfig, "--live-addr=", "--metrics-addr=", .. flags])
        {
            start.ArgumentList.Add(word);
        }

        foreach (string proxy in start.Environment.Keys.Where(static k => k.EndsWith("_proxy", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(proxy);
        }

        start.Environment["AWS_ENDPOINT_URL"] = aws.ToString();
        start.Environment["POD_NAME"] = name;
        start.Environment["POD_NAMESPACE"] = home;
        start.Environment["DOTNET_EnableDiagnostics"] = "0"; // its sockets in /tmp would outlive it
        return new ControllerProcess(Process.Start(start)!);
    }

    /// <summary>SIGKILL, and its end.</summary>
    public void Kill()
    {
        child.Kill();
        child.WaitForExit();
    }

    /// <param name="signal">Such as STOP, CONT and TERM.</param>
    public async Task SignalAsync(string signal)
    {
        using Process kill = Process.Start("kill", [$"-{signal}", child.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public async Task<int> ExitAsync()
    {
        await Wait.UntilAsync(() => child.HasExited, () => $"its end\n{Said}");
        return child.ExitCode;
    }

    public ValueTask DisposeAsync()
    {
        if (!child.HasExited)
        {
            Kill();
        }

        child.Dispose();
        return ValueTask.CompletedTask;
    }
}
