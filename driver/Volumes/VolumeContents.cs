using CsiSecrets.Resolution;

namespace CsiSecrets.Volumes;

/// <summary>Each volume's content by the kind of its manifest.</summary>
internal sealed class VolumeContents(IVolumeContent classes, IVolumeContent externalSecrets) : IVolumeContent
{
    public Task<VolumePlan> PlanAsync(PublishRequest request, CancellationToken cancellationToken) =>
        Of(request).PlanAsync(request, cancellationToken);

    public Task<ResolvedClass> ResolveAsync(
        PublishRequest request, VolumePlan plan, IReadOnlyList<AppliedObject> applied, TimeSpan maxAge, CancellationToken cancellationToken) =>
        Of(request).ResolveAsync(request, plan, applied, maxAge, cancellationToken);

    private IVolumeContent Of(PublishRequest request) => request.Source == VolumeSource.ExternalSecret ? externalSecrets : classes;
}
