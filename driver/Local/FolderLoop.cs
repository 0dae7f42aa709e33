using CsiSecrets.Kube.Folder;
using CsiSecrets.Posix;

namespace CsiSecrets.Local;

/// <summary>Looks at the folder and at the store a few times a second: no file system fails to tell of an edit that way.</summary>
/// <param name="manifests">The folder.</param>
/// <param name="store">Path of the store.</param>
/// <param name="console">Where problems are told.</param>
/// <param name="time">Clock.</param>
internal sealed class FolderLoop(ManifestFiles manifests, string store, LocalConsole console, TimeProvider time)
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(250);

    private FileFace seen = FileFace.Of(store);

    /// <summary>A manifest was edited.</summary>
    public Action Edited { get; set; } = static () => { };

    /// <summary>The store was written.</summary>
    public Action StoreWritten { get; set; } = static () => { };

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Pace, time, cancellationToken);
                Look(first: false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The end.
        }
    }

    public void Look(bool first)
    {
        if (manifests.Look(first))
        {
            console.Problems([.. manifests.Problems.Select(p => p.ToString())]);
            Edited();
        }

        FileFace now = FileFace.Of(store);
        if (now != seen)
        {
            seen = now;
            StoreWritten();
        }
    }
}
