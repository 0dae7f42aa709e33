using System.Diagnostics;
using System.Security.Cryptography;

namespace CsiSecrets.Tests.AwsEndpoint;

/// <summary>The npm packages of the foreign client, installed once per lock file into the user's cache.</summary>
internal static class NodePackages
{
    public static string Client => Path.Combine(AppContext.BaseDirectory, "AwsClient");

    public static async Task<string> EnsureAsync(CancellationToken ct)
    {
        var lockFile = Path.Combine(Client, "package-lock.json");
        var hash = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(lockFile, ct)))[..16];
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } xdg
            ? xdg
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        var folder = Path.Combine(cache, "csi-secrets", "npm-" + hash);
        if (Directory.Exists(folder))
        {
            return folder;
        }

        // Installed beside its place and moved there whole: a test that is killed leaves no half of it.
        var fresh = $"{folder}.{Environment.ProcessId}";
        Directory.CreateDirectory(fresh);
        File.Copy(lockFile, Path.Combine(fresh, "package-lock.json"), overwrite: true);
        File.Copy(Path.Combine(Client, "package.json"), Path.Combine(fresh, "package.json"), overwrite: true);
        var (code, output) = await RunAsync("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", fresh], ct);
        Assert.True(code == 0, $"the AWS SDK for JavaScript could not be installed: give npm a registry that has it, then run again.\n{output}");
        Directory.Move(fresh, folder);
        return folder;
    }

    public static async Task<(int Code, string Output)> RunAsync(string program, string[] arguments, CancellationToken ct)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true },
        };
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            Assert.Fail($"{program} is not there ({e.Message}): install Node.js 20 or newer with npm (Debian: nodejs, npm).");
        }

        var (output, error) = (process.StandardOutput.ReadToEndAsync(ct), process.StandardError.ReadToEndAsync(ct));
        await process.WaitForExitAsync(ct);
        return (process.ExitCode, await output + await error);
    }
}
