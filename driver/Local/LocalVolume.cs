namespace CsiSecrets.Local;

/// <summary>A pod's volume as the kubelet's loop holds it.</summary>
internal sealed class LocalVolume(PodVolumeCall call)
{
    public PodVolumeCall Call { get; } = call;

    public bool Published { get; set; }

    public int Failures { get; set; }

    /// <summary>When the next call is due.</summary>
    public DateTimeOffset NextAt { get; set; } = DateTimeOffset.MinValue;
}
