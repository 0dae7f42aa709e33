namespace CsiSecrets.Cli;

/// <summary>Notices that one of a few files was saved, by length and time, in place or by a rename: editors do both.</summary>
internal sealed class FileChanges(IReadOnlyList<string> files, TimeProvider clock)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private string last = Look(files);

    /// <summary>Returns at the next change.</summary>
    public async Task NextAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            string now = Look(files);
            if (now != last)
            {
                last = now;
                return;
            }
        }
    }

    private static string Look(IReadOnlyList<string> files) => string.Join('|', files.Select(static file =>
    {
        var info = new FileInfo(file);
        return info.Exists ? $"{info.Length} {info.LastWriteTimeUtc.Ticks}" : "";
    }));
}
