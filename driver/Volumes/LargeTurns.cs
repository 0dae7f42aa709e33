namespace CsiSecrets.Volumes;

/// <summary>
/// Large manifests are worked on one at a time: reading one of a megabyte takes many times its size, and whoever writes dozens of them must not
/// fill the memory that all volumes of the node share. Whoever waits holds nothing of its own.
/// </summary>
internal sealed class LargeTurns : IDisposable
{
    /// <summary>Characters. Ordinary manifests have some thousand.</summary>
    public const int Large = 64 << 10;

    private readonly SemaphoreSlim turn = new(1, 1);

    /// <summary>The manifest, and the turn to work on it; null for one that needs none.</summary>
    /// <param name="read">Reads it; asked again after a wait.</param>
    /// <param name="sizeOf">Its size in characters.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<(T? Manifest, IDisposable? Turn)> ReadAsync<T>(
        Func<CancellationToken, Task<T?>> read, Func<T, long> sizeOf, CancellationToken cancellationToken)
        where T : class
    {
        if (await read(cancellationToken) is not { } found)
        {
            return (null, null);
        }

        if (sizeOf(found) <= Large)
        {
            return (found, null);
        }

        bool waits = !turn.Wait(0, CancellationToken.None);
        if (waits)
        {
            found = null;
            await turn.WaitAsync(cancellationToken);
        }

        var held = new Held(turn);
        try
        {
            return (found ?? await read(cancellationToken), held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    public void Dispose() => turn.Dispose();

    private sealed class Held(SemaphoreSlim turn) : IDisposable
    {
        private int left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref left, 1) == 0)
            {
                turn.Release();
            }
        }
    }
}
