using CsiSecrets.Model;

namespace CsiSecrets.InPlace.Owed;

/// <summary>A pod that is to be told that files of one of its volumes changed. Names only; on disk it outlives the process.</summary>
internal sealed record OwedNotice
{
    public required string VolumeId { get; init; }

    public required PodIdentity Pod { get; init; }
}
