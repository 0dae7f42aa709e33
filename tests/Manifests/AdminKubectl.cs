using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using CsiSecrets.Tests.Kube;

namespace CsiSecrets.Tests.Manifests;

/// <summary>kubectl as the administrator of a real API server.</summary>
internal sealed class AdminKubectl(RealApiServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Applies a file of the repository.</summary>
    public Task ApplyAsync(string file) => RunAsync("apply", "-f", Path.Combine(Repository.Root, file));

    public async Task<JsonElement> GetAsync(params string[] what) => JsonDocument.Parse(await RunAsync(["get", "-o", "json", .. what])).RootElement;

    /// <summary>The server's minor version.</summary>
    public async Task<int> MinorAsync() => int.Parse(
        JsonDocument.Parse(await RunAsync("get", "--raw", "/version")).RootElement.GetProperty("minor").GetString()!.TrimEnd('+'), CultureInfo.InvariantCulture);

    public async Task<string> RunAsync(params string[] arguments)
    {
        (int code, string output, string errors) = await TryAsync(arguments);
        Assert.True(code == 0, $"kubectl {string.Join(' ', arguments)}: {errors}");
        return output;
    }

    public async Task<(int Code, string Output, string Errors)> TryAsync(params string[] arguments)
    {
        string kubeconfig = Path.Combine(Path.GetDirectoryName(server.Pki)!, "admin.kubeconfig");
        using Process process = Process.Start(new ProcessStartInfo("kubectl", ["--kubeconfig", kubeconfig, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(Token);
        string errors = await process.StandardError.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        return (process.ExitCode, await output, errors);
    }
}
