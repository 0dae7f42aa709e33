namespace CsiSecrets.Hosting;

/// <summary>What a restart of the process cures, and nothing else: an absent API server or AWS never shows here.</summary>
/// <param name="sockets">The sockets' files. Without the second the kubelet unregisters the driver, and no pod with a volume starts.</param>
/// <param name="loop">The refresh loop's task, once it runs.</param>
internal sealed class Liveness(IReadOnlyList<string> sockets, Func<Task?> loop)
{
    /// <summary>Null while all is well.</summary>
    public string? Trouble()
    {
        if (sockets.FirstOrDefault(static s => !File.Exists(s)) is { } gone)
        {
            return $"the socket {gone} is gone";
        }

        return loop() is { IsCompleted: true } ? "the refresh loop has ended" : null;
    }
}
