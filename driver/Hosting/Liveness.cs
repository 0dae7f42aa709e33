namespace CsiSecrets.Hosting;

/// <summary>What a restart of the process cures, and nothing else: an absent API server or AWS never shows here.</summary>
/// <param name="socket">The CSI socket's file.</param>
/// <param name="loop">The refresh loop's task, once it runs.</param>
internal sealed class Liveness(string socket, Func<Task?> loop)
{
    /// <summary>Null while all is well.</summary>
    public string? Trouble()
    {
        if (!File.Exists(socket))
        {
            return $"the socket {socket} is gone";
        }

        return loop() is { IsCompleted: true } ? "the refresh loop has ended" : null;
    }
}
