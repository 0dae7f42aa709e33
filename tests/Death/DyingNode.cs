using System.Diagnostics;

namespace CsiSecrets.Tests.Death;

/// <summary>
/// A node in a process of its own, which kills itself with SIGKILL at a step: no handler runs, nothing is flushed or undone. Its script is
/// a list of words: <c>store:N</c> gives the store its N-th content, <c>later:HOURS</c> moves the clock, <c>publish:VOLUME</c>,
/// <c>refresh:VOLUME</c> and <c>unpublish:VOLUME</c> act, <c>die:STEP</c> says where the next act ends.
/// </summary>
internal static class DyingNode
{
    public const string Argument = "--node-that-dies";

    /// <summary>What a shell, and .NET, make of death by SIGKILL.</summary>
    public const int Killed = 128 + 9;

    public static async Task<int> RunAsync(string folder, string[] script)
    {
        string deadly = "";
        using var node = new MortalNode(folder, step => DieAt(step, deadly));
        node.Recover();
        foreach (string word in script)
        {
            string operand = word[(word.IndexOf(':') + 1)..];
            switch (word.Split(':')[0])
            {
                case "store":
                    node.Store(int.Parse(operand));
                    break;
                case "later":
                    node.Time.Advance(TimeSpan.FromHours(int.Parse(operand)));
                    break;
                case "die":
                    deadly = operand;
                    break;
                case "publish":
                    await node.PublishAsync(operand);
                    break;
                case "refresh":
                    await node.RefreshDueAsync();
                    break;
                case "unpublish":
                    await node.UnpublishAsync(operand);
                    break;
                default:
                    throw new ArgumentException(word);
            }
        }

        return 0; // alive: the step was never reached
    }

    /// <summary>Runs the script in a child; answers its exit code and what it printed.</summary>
    public static async Task<(int Code, string Said)> StartAsync(string folder, IEnumerable<string> script, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(DyingNode).Assembly.Location);
        }

        foreach (string word in (string[])[Argument, folder, .. script])
        {
            start.ArgumentList.Add(word);
        }

        start.Environment["DOTNET_EnableDiagnostics"] = "0"; // its sockets in /tmp would outlive it
        using Process child = Process.Start(start)!;
        Task<string> output = child.StandardOutput.ReadToEndAsync(cancellationToken);
        string errors = await child.StandardError.ReadToEndAsync(cancellationToken);
        await child.WaitForExitAsync(cancellationToken);
        return (child.ExitCode, await output + errors);
    }

    private static void DieAt(string step, string deadly)
    {
        if (step == deadly)
        {
            using Process self = Process.GetCurrentProcess();
            self.Kill();
            throw new UnreachableException();
        }
    }
}
