using System.Diagnostics;
using CsiSecrets.Posix;

namespace CsiSecrets.Tests.Local;

/// <summary><c>csi-secrets local</c> as a process: the published binary where CSI_SECRETS_BINARY names one, else the built program.</summary>
internal sealed class LocalProgram : IDisposable
{
    public const int OrdinaryUser = 65534;

    private readonly Process process;

    private LocalProgram(Process process)
    {
        this.process = process;
        process.OutputDataReceived += (_, e) => Take(Out, e.Data);
        process.ErrorDataReceived += (_, e) => Take(Errors, e.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public Lines Out { get; } = new();

    public Lines Errors { get; } = new();

    /// <summary>What /proc says of the running process in one of its files.</summary>
    public string Proc(string file) => File.ReadAllText($"/proc/{process.Id}/{file}");

    public static bool IsRoot => Libc.GetEUid() == 0;

    /// <param name="ordinary">As an ordinary user, also where the tests run as root.</param>
    /// <param name="arguments">After <c>local</c>.</param>
    public static LocalProgram Start(bool ordinary, params string[] arguments) => Start(ordinary, new Dictionary<string, string>(), arguments);

    /// <param name="ordinary">As an ordinary user, also where the tests run as root.</param>
    /// <param name="variables">Its environment beyond what the tests have.</param>
    /// <param name="arguments">After <c>local</c>.</param>
    public static LocalProgram Start(bool ordinary, IReadOnlyDictionary<string, string> variables, params string[] arguments)
    {
        string binary = Environment.GetEnvironmentVariable("CSI_SECRETS_BINARY") ?? "";
        string[] words =
        [
            .. ordinary && IsRoot ? (string[])["setpriv", $"--reuid={OrdinaryUser}", $"--regid={OrdinaryUser}", "--clear-groups"] : [],
            .. binary.Length > 0 ? (string[])[binary] : ["dotnet", Path.Combine(AppContext.BaseDirectory, "csi-secrets.dll")],
            "local", .. arguments,
        ];
        var start = new ProcessStartInfo(words[0], words[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Remove("XDG_RUNTIME_DIR");
        foreach ((string name, string value) in variables)
        {
            start.Environment[name] = value;
        }

        return new LocalProgram(new Process { StartInfo = start });
    }

    /// <summary>SIGTERM, as <c>kill</c> sends it.</summary>
    public async Task<int> TerminateAsync()
    {
        using (Process kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process.ExitCode;
    }

    /// <summary>SIGKILL: it can do nothing about it.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        process.Dispose();
    }

    private static void Take(Lines lines, string? line)
    {
        if (line is not null)
        {
            lines.WriteLine(line);
        }
    }
}
