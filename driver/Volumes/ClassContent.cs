using System.Security.Cryptography;
using System.Text;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Providers;
using CsiSecrets.Resolution;
using CsiSecrets.Resolution.FileTemplates;

namespace CsiSecrets.Volumes;

/// <summary>A volume made from a SecretProviderClass.</summary>
/// <param name="findClass">The class of that namespace and name, from a watched copy where there is one; null when it does not exist.</param>
/// <param name="catalog">The providers.</param>
/// <param name="resolver">Fetches and shapes.</param>
/// <param name="renderer">Renders the class's templates.</param>
/// <param name="options">Ages and intervals.</param>
internal sealed class ClassContent(
    Func<string, string, CancellationToken, Task<SecretProviderClass?>> findClass,
    ProviderCatalog catalog,
    ClassResolver resolver,
    FileTemplateRenderer renderer,
    VolumeOptions options) : IVolumeContent
{
    public const string IntervalParameter = "rotationPollInterval";

    private static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(1);

    /// <summary>Reads the class and checks it. Throws ClassNotFound, ClassInvalid, ProviderNotFound.</summary>
    public async Task<VolumePlan> PlanAsync(PublishRequest request, CancellationToken cancellationToken)
    {
        SecretProviderClass manifest = await findClass(request.Pod.Namespace, request.ClassName, cancellationToken)
            ?? throw new SecretsException(
                FailureReason.ClassNotFound,
                "",
                $"SecretProviderClass.secrets-store.csi.x-k8s.io \"{request.ClassName}\" not found",
                $"create it in the pod's namespace {request.Pod.Namespace}");
        CheckSpec(manifest.Spec, request.ClassRef);
        var values = new Dictionary<string, string>(manifest.Spec.Parameters, StringComparer.Ordinal);
        foreach ((string key, string value) in request.Attributes)
        {
            values[key] = value;
        }

        var parameters = new ClassParameters(request.ClassRef, values);
        ISecretProvider provider = catalog.Get(manifest.Spec.Provider, request.ClassRef);
        return new ClassVolumePlan(provider, provider.ReadClass(parameters), renderer.Read(parameters))
        {
            Provider = provider.Name,
            Version = VersionOf(manifest.Spec.Provider, values),
            Interval = IntervalOf(parameters),
        };
    }

    public async Task<ResolvedClass> ResolveAsync(
        PublishRequest request, VolumePlan plan, IReadOnlyList<AppliedObject> applied, TimeSpan maxAge, CancellationToken cancellationToken)
    {
        var of = (ClassVolumePlan)plan;
        AccessRequest access = AccessOf.Request(request, maxAge, options);
        AppliedObject? rendered = applied.FirstOrDefault(a => a.Derived && a.Shape == plan.Version);
        ClassReading reading = of.Templates.Count == 0 ? ClassReading.Changed : rendered is null ? ClassReading.All : ClassReading.AllUnlessUnchanged;
        ResolvedClass resolved = await resolver.ResolveAsync(of.From, of.Class, access, applied, reading, maxAge, cancellationToken);
        if (of.Templates.Count == 0)
        {
            return resolved;
        }

        try
        {
            ResolvedObject templates = rendered is not null && resolved.NothingFresh
                ? new ResolvedObject(rendered, null)
                : Render(request.ClassRef, of, resolved, cancellationToken);
            return new ResolvedClass([.. resolved.Objects, templates], resolved.Listings);
        }
        catch
        {
            resolved.Dispose();
            throw;
        }
    }

    private ResolvedObject Render(string classRef, ClassVolumePlan plan, ResolvedClass resolved, CancellationToken cancellationToken)
    {
        using var values = new SecretSet();
        foreach (ShapedFile file in resolved.Objects.SelectMany(o => o.Fresh ?? []))
        {
            values.Put(file.File.Path, file.File.Content.Share());
        }

        IReadOnlyList<SecretFile> files = renderer.Render(classRef, plan.Templates, values, cancellationToken);
        return RenderedFiles.Of(
            classRef, plan.Version, resolved.Objects.Select(o => KeyValuePair.Create(o.Applied.Key, o.Applied.Version)), files);
    }

    private static void CheckSpec(SecretProviderClassSpec spec, string classRef)
    {
        if (spec.Provider.Length == 0)
        {
            throw new SecretsException(
                FailureReason.ClassInvalid, $"provider not set in {classRef}", "spec.provider is empty", "name a provider there, e.g. aws");
        }

        if (spec.Parameters.Count == 0)
        {
            throw new SecretsException(
                FailureReason.ClassInvalid, $"parameters not set in {classRef}", "spec.parameters is empty", "say there what to mount");
        }
    }

    private TimeSpan IntervalOf(ClassParameters parameters)
    {
        if (!parameters.Values.TryGetValue(IntervalParameter, out string? text))
        {
            return options.RotationInterval;
        }

        return GoDuration.TryParse(text, out TimeSpan interval) && interval >= ShortestInterval
            ? interval
            : throw new SecretsException(
                FailureReason.ClassInvalid,
                $"SecretProviderClass {parameters.ClassRef}: parameters.{IntervalParameter}",
                "not a duration of at least 1s",
                "write it like 30s, 2m or 1h30m");
    }

    /// <summary>A hash of all that the files are made from, so that any edit shows.</summary>
    private static string VersionOf(string provider, Dictionary<string, string> values)
    {
        var text = new StringBuilder(provider);
        foreach ((string key, string value) in values.OrderBy(v => v.Key, StringComparer.Ordinal))
        {
            text.Append('\0').Append(key).Append('\0').Append(value);
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 12));
    }
}

/// <summary>A checked class with its provider.</summary>
internal sealed record ClassVolumePlan(ISecretProvider From, ClassPlan Class, IReadOnlyList<FileTemplate> Templates) : VolumePlan;
