using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Model.Manifests.ExternalSecrets;
using CsiSecrets.Providers;
using CsiSecrets.Providers.Stores;
using CsiSecrets.Resolution;
using CsiSecrets.Resolution.ExternalSecrets;

namespace CsiSecrets.Volumes;

/// <summary>
/// An ExternalSecret mounted without a Secret: its rendered keys are the files. The pod's own identity takes the place of the store's
/// <c>auth</c>; the store's conditions, policies, interval and sync windows hold.
/// </summary>
/// <param name="cluster">The manifests.</param>
/// <param name="opener">Opens stores for a pod.</param>
/// <param name="resolver">Fetches and shapes values.</param>
/// <param name="renderer">Makes the keys of them.</param>
/// <param name="settings">Bounds, clock and references.</param>
internal sealed class ExternalSecretContent(
    ExternalSecretCluster cluster,
    PodStores opener,
    ExternalSecretResolver resolver,
    TargetRenderer renderer,
    ExternalSecretSettings settings) : IVolumeContent
{
    public async Task<VolumePlan> PlanAsync(PublishRequest request, CancellationToken cancellationToken)
    {
        ExternalSecret manifest = await cluster.FindExternalSecret(request.Pod.Namespace, request.ClassName, cancellationToken)
            ?? throw new SecretsException(
                FailureReason.ExternalSecretNotFound,
                "",
                $"ExternalSecret.external-secrets.io \"{request.ClassName}\" not found",
                $"create it in the pod's namespace {request.Pod.Namespace}");
        ExternalSecretPlan plan = ExternalSecretReader.Read(manifest);
        if (plan.Target.Manifest is not null)
        {
            throw new SecretsException(
                FailureReason.Unsupported, $"{plan.Subject}: spec.target.manifest", "a volume has files, no other object", "leave target.manifest out");
        }

        IReadOnlyList<OpenStore> stores = await opener.ReadAsync(plan, request.Pod.Namespace, cancellationToken);
        return new ExternalSecretVolumePlan(plan)
        {
            Provider = stores.Count > 0 ? stores[0].Provider.Name : "",
            Version = VersionOf(manifest, plan, stores),
            Interval = IntervalOf(plan.Refresh),
            Once = plan.Refresh.Policy == RefreshPolicy.CreatedOnce,
            NotBefore = plan.Refresh.Windows?.NextAllowed(settings.Time.GetUtcNow()),
        };
    }

    public async Task<ResolvedClass> ResolveAsync(
        PublishRequest request, VolumePlan plan, IReadOnlyList<AppliedObject> applied, TimeSpan maxAge, CancellationToken cancellationToken)
    {
        ExternalSecretPlan manifest = ((ExternalSecretVolumePlan)plan).Manifest;
        AccessRequest access = AccessOf.Request(request, maxAge, settings.Volumes);
        AppliedObject? rendered = applied.FirstOrDefault(a => a.Derived && a.Shape == plan.Version);
        Dictionary<FetchKey, string?> known = rendered is null ? [] : applied.Where(a => !a.Derived).ToDictionary(a => a.Key, a => a.Version);
        using ResolvedValues values = await resolver.ResolveAsync(
            manifest, (store, token) => opener.OpenAsync(store, access, token), known, maxAge, cancellationToken);
        List<ResolvedObject> objects =
        [
            .. values.Applied.OrderBy(a => a.Key.Hash).Select(a => new ResolvedObject(
                new AppliedObject { Name = manifest.Key.Name, Key = a.Key, Version = a.Value, Shape = "", Files = [] }, null)),
        ];
        if (values.Unchanged)
        {
            return new ResolvedClass([.. objects, new ResolvedObject(rendered!, null)], []);
        }

        using TemplateContents contents = await settings.References(manifest, cancellationToken);
        using RenderedTarget target = renderer.Render(manifest, values.Values!, contents, cancellationToken);
        return new ResolvedClass([.. objects, RenderedFiles.Of(manifest.Key.Name, plan.Version, values.Applied, Files(target.Data))], []);
    }

    private List<SecretFile> Files(SecretSet data) =>
        [.. data.Items.Select(d => new SecretFile { Path = d.Key, Content = d.Value.Share(), Mode = settings.Volumes.DefaultMode })];

    private static TimeSpan IntervalOf(RefreshSettings refresh) =>
        refresh.Policy == RefreshPolicy.Periodic && refresh.Interval > TimeSpan.Zero && refresh.Interval < VolumeSchedule.Never
            ? refresh.Interval
            : VolumeSchedule.Never;

    /// <summary>A hash of all that the files are made from: the spec, and labels and annotations, a change of which asks for a sync.</summary>
    private static string VersionOf(ExternalSecret manifest, ExternalSecretPlan plan, IReadOnlyList<OpenStore> stores)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(manifest.Spec, ManifestJson.Default.ExternalSecretSpec));
        foreach (IReadOnlyDictionary<string, string> marks in (IReadOnlyDictionary<string, string>[])[plan.Labels, plan.Annotations])
        {
            foreach ((string name, string value) in marks.OrderBy(m => m.Key, StringComparer.Ordinal))
            {
                hash.AppendData(Encoding.UTF8.GetBytes($"\0{name}\0{value}"));
            }

            hash.AppendData([1]);
        }

        foreach (OpenStore store in stores)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"\0{store.Identity.Uid}\0{store.Plan}"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 12));
    }
}

/// <summary>An ExternalSecret as a volume's plan.</summary>
internal sealed record ExternalSecretVolumePlan(ExternalSecretPlan Manifest) : VolumePlan;

/// <summary>What an ExternalSecret volume is made with, beside its manifest.</summary>
internal sealed record ExternalSecretSettings
{
    public required VolumeOptions Volumes { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>Reads what templateFrom refers to; throws where the node may not. The receiver owns it.</summary>
    public required Func<ExternalSecretPlan, CancellationToken, Task<TemplateContents>> References { get; init; }
}
