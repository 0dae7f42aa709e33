namespace CsiSecrets.Volumes;

/// <summary>One caller at a time for each volume and for each target, also where two volumes are told the same target at once.</summary>
internal sealed class VolumeLocks
{
    private readonly Lock gate = new();
    private readonly Dictionary<Key, Slot> slots = [];

    /// <summary>Enters when nobody else is in; leaves on disposal.</summary>
    public async Task<IDisposable> EnterAsync(string volumeId, string targetPath, CancellationToken cancellationToken)
    {
        // Always the volume before the target: whoever holds a target waits for nobody, so that no two wait for each other.
        IDisposable volume = await EnterAsync(new Key(Place.Volume, volumeId), null, cancellationToken);
        try
        {
            return await EnterAsync(new Key(Place.Target, targetPath), volume, cancellationToken);
        }
        catch
        {
            volume.Dispose();
            throw;
        }
    }

    private async Task<IDisposable> EnterAsync(Key key, IDisposable? outer, CancellationToken cancellationToken)
    {
        Slot slot = Join(key);
        try
        {
            await slot.Turn.WaitAsync(cancellationToken);
            return new Held(this, key, slot, outer);
        }
        catch
        {
            Leave(key, slot);
            throw;
        }
    }

    private Slot Join(Key key)
    {
        lock (gate)
        {
            if (!slots.TryGetValue(key, out Slot? slot))
            {
                slots[key] = slot = new Slot();
            }

            slot.Users++;
            return slot;
        }
    }

    private void Leave(Key key, Slot slot)
    {
        lock (gate)
        {
            if (--slot.Users == 0)
            {
                slots.Remove(key);
                slot.Turn.Dispose();
            }
        }
    }

    private enum Place
    {
        Volume,
        Target,
    }

    private readonly record struct Key(Place Place, string Name);

    private sealed class Slot
    {
        public SemaphoreSlim Turn { get; } = new(1, 1);

        public int Users { get; set; }
    }

    private sealed class Held(VolumeLocks owner, Key key, Slot slot, IDisposable? outer) : IDisposable
    {
        private int left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref left, 1) == 0)
            {
                slot.Turn.Release();
                owner.Leave(key, slot);
                outer?.Dispose();
            }
        }
    }
}
