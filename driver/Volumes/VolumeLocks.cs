using CsiSecrets.Model;

namespace CsiSecrets.Volumes;

/// <summary>One caller at a time for each volume. A waiter that runs out of time is told to come again.</summary>
internal sealed class VolumeLocks(TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Slot> slots = new(StringComparer.Ordinal);

    /// <summary>Enters when nobody else is in; leaves on disposal. Throws <see cref="FailureReason.Cancelled"/> after <paramref name="patience"/>.</summary>
    public async Task<IDisposable> EnterAsync(string volumeId, TimeSpan patience, CancellationToken cancellationToken)
    {
        Slot slot = Join(volumeId);
        using var timeout = new CancellationTokenSource(patience, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await slot.Turn.WaitAsync(linked.Token);
            return new Held(this, volumeId, slot);
        }
        catch (OperationCanceledException e)
        {
            Leave(volumeId, slot);
            cancellationToken.ThrowIfCancellationRequested();
            throw new SecretsException(
                FailureReason.KubernetesConflict, $"volume {volumeId}", "another call for it is still under way", "the kubelet calls again by itself", e);
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
