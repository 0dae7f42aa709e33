namespace CsiSecrets.Volumes;

/// <summary>One caller at a time for each volume.</summary>
internal sealed class VolumeLocks
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Slot> slots = new(StringComparer.Ordinal);

    /// <summary>Enters when nobody else is in; leaves on disposal.</summary>
    public async Task<IDisposable> EnterAsync(string volumeId, CancellationToken cancellationToken)
    {
        Slot slot = Join(volumeId);
        try
        {
            await slot.Turn.WaitAsync(cancellationToken);
            return new Held(this, volumeId, slot);
        }
        catch
        {
            Leave(volumeId, slot);
            throw;
        }
    }

    private Slot Join(string volumeId)
    {
        lock (gate)
        {
            if (!slots.TryGetValue(volumeId, out Slot? slot))
            {
                slots[volumeId] = slot = new Slot();
            }

            slot.Users++;
            return slot;
        }
    }

    private void Leave(string volumeId, Slot slot)
    {
        lock (gate)
        {
            if (--slot.Users == 0)
            {
                slots.Remove(volumeId);
                slot.Turn.Dispose();
            }
        }
    }

    private sealed class Slot
    {
        public SemaphoreSlim Turn { get; } = new(1, 1);

        public int Users { get; set; }
    }

    private sealed class Held(VolumeLocks owner, string volumeId, Slot slot) : IDisposable
    {
        private int left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref left, 1) == 0)
            {
                slot.Turn.Release();
                owner.Leave(volumeId, slot);
            }
        }
    }
}
