using System.Diagnostics;

namespace CsiSecrets.Tests.Cli;

/// <summary><c>csi-secrets render</c> as a process, in a folder of its own: the published binary where CSI_SECRETS_BINARY names one, else the built program.</summary>
internal sealed class RenderProgram : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("render-");

    public void Write(string file, string text) => File.WriteAllText(Path.Combine(folder.FullName, file), text);

    public async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using Process process = Start(arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await errors);
    }

    public Process Start(params string[] arguments)
    {
        string binary = Environment.GetEnvironmentVariable("CSI_SECRETS_BINARY") ?? "";
        string[] command = binary.Length > 0 ? [binary] : ["dotnet", Path.Combine(AppContext.BaseDirectory, "csi-secrets.dll")];
        var start = new ProcessStartInfo(command[0], [.. command[1..], "render", .. arguments])
        {
            WorkingDirectory = folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }

    public void Dispose() => folder.Delete(recursive: true);
}
