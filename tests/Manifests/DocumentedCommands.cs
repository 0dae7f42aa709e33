using System.Diagnostics;
using CsiSecrets.Tests.Kube;

namespace CsiSecrets.Tests.Manifests;

/// <summary>The kubectl commands of a page, run as a reader runs them: in the repository, by a shell, as the administrator of a real API server.</summary>
internal sealed class DocumentedCommands(RealApiServer server)
{
    /// <summary>The commands under a heading, in their order.</summary>
    public static IReadOnlyList<string> Of(string page, string heading) =>
    [
        .. Repository.Lines(page).SkipWhile(l => l != heading).Skip(1).TakeWhile(static l => !l.StartsWith("## ", StringComparison.Ordinal))
            .Where(static l => l.StartsWith("    ", StringComparison.Ordinal) && l.TrimStart().StartsWith("kubectl ", StringComparison.Ordinal)).Select(static l => l.Trim()),
    ];

    public async Task<string> RunAsync(string command)
    {
        var start = new ProcessStartInfo("/bin/bash", ["-o", "pipefail", "-c", command])
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["KUBECONFIG"] = server.Kubeconfig;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{command}: {errors}");
        return await output;
    }
}
