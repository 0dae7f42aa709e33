using System.Diagnostics;

namespace CsiSecrets.Tests.Cluster;

/// <summary>Programs of the node. Tests run in its network namespace, as root, with KUBECONFIG set.</summary>
internal static class Shell
{
    /// <summary>Standard output, for a program that has to succeed.</summary>
    public static async Task<string> RunAsync(string program, string[] arguments, CancellationToken ct, string? input = null)
    {
        (int code, string output, string errors) = await TryAsync(program, arguments, ct, input);
        Assert.True(code == 0, $"{program} {string.Join(' ', arguments)}: exit code {code}\n{output}{errors}");
        return output;
    }

    public static async Task<(int Code, string Output, string Errors)> TryAsync(
        string program, string[] arguments, CancellationToken ct, string? input = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(ct);
        Task<string> errors = process.StandardError.ReadToEndAsync(ct);
        await process.StandardInput.WriteAsync(input.AsMemory(), ct);
        process.StandardInput.Close();
        await process.WaitForExitAsync(ct);
        return (process.ExitCode, await output, await errors);
    }

    public static Task<string> KubectlAsync(string arguments, CancellationToken ct, string? input = null) =>
        RunAsync("kubectl", arguments.Split(' '), ct, input);
}
