using System.Diagnostics;

namespace CsiSecrets.Bench.Rig;

/// <summary>Runs a command to its end.</summary>
internal static class Shell
{
    /// <summary>Its output; an exception with it when the command fails. Output goes through a file, because what a script leaves running would hold a pipe open.</summary>
    public static async Task<string> RunAsync(
        string command, string[] arguments, string input, CancellationToken cancellationToken, params (string Name, string Value)[] environment)
    {
        string output = Path.GetTempFileName();
        var start = new ProcessStartInfo("/bin/bash") { UseShellExecute = false, RedirectStandardInput = true, WorkingDirectory = Repository.Root };
        foreach (string word in (string[])["-c", "exec \"$0\" \"$@\" >\"$OUTPUT\" 2>&1", command, .. arguments])
        {
            start.ArgumentList.Add(word);
        }

        start.Environment["OUTPUT"] = output;
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            using Process process = Process.Start(start)!;
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            await process.WaitForExitAsync(cancellationToken);
            string said = await File.ReadAllTextAsync(output, cancellationToken);
            return process.ExitCode == 0 ? said : throw new InvalidOperationException($"{Path.GetFileName(command)} failed: {said.Trim()}");
        }
        finally
        {
            File.Delete(output);
        }
    }
}
