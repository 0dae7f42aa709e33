using System.Security.Cryptography;
using System.Text;

namespace CsiSecrets.Volumes;

/// <summary>One published volume: its state, an immutable snapshot that is swapped whole under the volume's lock, and the last request with
/// its tokens, in memory only (null after a restart, until the kubelet calls again).</summary>
internal sealed class Volume(VolumeState state) : IDisposable
{
    private VolumeState state = state;
    private PublishRequest? request;
    private string forced = state.Forced;

    public VolumeState State => Volatile.Read(ref state);

    public PublishRequest? Request => Volatile.Read(ref request);

    /// <summary>The value of the pod's force-sync annotation that is honoured already; the next state saved holds it.</summary>
    public string HonouredForce
    {
        get => Volatile.Read(ref forced);
        set => Volatile.Write(ref forced, value);
    }

    public void Become(VolumeState next) => Volatile.Write(ref state, next);

    /// <summary>Keeps the newest request for refreshes of our own; the one before is cleared.</summary>
    public void Remember(PublishRequest next)
    {
        PublishRequest? before = Interlocked.Exchange(ref request, next);
        if (!ReferenceEquals(before, next))
        {
            before?.Dispose();
        }
    }

    public void Dispose() => Interlocked.Exchange(ref request, null)?.Dispose();

    /// <summary>A name for the volume's state file: ids are the kubelet's, but may be anything.</summary>
    public static string FileNameOf(string volumeId) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(volumeId)).AsSpan(0, 16)) + ".json";
}
