using CsiSecrets.Resolution;

namespace CsiSecrets.Volumes;

/// <summary>The middle of the pipeline: what a volume is made from, and what it is now. Nothing here touches the volume. Two implementations:
/// a SecretProviderClass and an ExternalSecret.</summary>
internal interface IVolumeContent
{
    /// <summary>Reads the manifest and checks it. Throws what is wrong with it.</summary>
    Task<VolumePlan> PlanAsync(PublishRequest request, CancellationToken cancellationToken);

    /// <summary>Reads what the volume needs and does not have.</summary>
    /// <param name="request">Whose volume.</param>
    /// <param name="plan">This content's own plan.</param>
    /// <param name="applied">What the volume has; empty at its first mount.</param>
    /// <param name="maxAge">How old an answer may be.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<ResolvedClass> ResolveAsync(
        PublishRequest request, VolumePlan plan, IReadOnlyList<AppliedObject> applied, TimeSpan maxAge, CancellationToken cancellationToken);
}
