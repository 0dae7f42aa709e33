using CsiSecrets.Model;

namespace CsiSecrets.Volumes;

/// <summary>
/// Bounds what volumes hold. Pages of a tmpfs are charged to the cgroup that wrote them, ours, and outlive the process: without a bound one
/// greedy tenant could hold the driver in an out-of-memory loop.
/// </summary>
internal sealed class MemoryBudget(VolumeOptions options)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, long> held = new(StringComparer.Ordinal);
    private long sum;

    public long Held
    {
        get
        {
            lock (gate)
            {
                return sum;
            }
        }
    }

    /// <summary>Reserves <paramref name="bytes"/> for a volume in place of what it held, which is returned. Throws before anything is
    /// written.</summary>
    public long Reserve(string volumeId, string podRef, long bytes)
    {
        if (bytes > options.VolumeBytes)
        {
            throw new SecretsException(
                FailureReason.VolumeTooLarge,
                $"volume of pod {podRef}",
                $"its files need {bytes} bytes, one volume may hold {options.VolumeBytes}",
                "mount fewer or smaller objects, or raise --max-volume-size");
        }

        lock (gate)
        {
            long before = held.GetValueOrDefault(volumeId);
            long others = sum - before;
            if (bytes > options.NodeBytes - others)
            {
                throw new SecretsException(
                    FailureReason.NodeBudgetExceeded,
                    $"volume of pod {podRef}",
                    $"its files need {bytes} bytes, the other volumes of this node hold {others} of {options.NodeBytes}",
                    "raise the memory limit of the driver's container or --max-node-size");
            }

            sum = others + bytes;
            held[volumeId] = bytes;
            return before;
        }
    }

    /// <summary>Counts what is there already, bound or no bound.</summary>
    public void Recover(string volumeId, long bytes)
    {
        lock (gate)
        {
            sum += bytes - held.GetValueOrDefault(volumeId);
            held[volumeId] = bytes;
        }
    }

    public void Release(string volumeId)
    {
        lock (gate)
        {
            if (held.Remove(volumeId, out long bytes))
            {
                sum -= bytes;
            }
        }
    }
}
