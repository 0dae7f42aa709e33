using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Providers;
using CsiSecrets.Resolution;
using CsiSecrets.Resolution.Classes;

namespace CsiSecrets.Volumes;

/// <summary>A volume made from a SecretProviderClass.</summary>
/// <param name="findClass">The class of that namespace and name, from a watched copy where there is one; null when it does not exist.</param>
/// <param name="reader">Reads and checks it.</param>
/// <param name="files">Fetches, shapes, renders.</param>
/// <param name="options">Ages and intervals.</param>
internal sealed class ClassContent(
    Func<string, string, CancellationToken, Task<SecretProviderClass?>> findClass, ClassReader reader, ClassFiles files, VolumeOptions options)
    : IVolumeContent, IDisposable
{
    public const string IntervalParameter = "rotationPollInterval";

    private static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(1);

    private readonly LargeTurns turns = new();

    /// <summary>Reads the class and checks it. Throws ClassNotFound, ClassInvalid, ProviderNotFound.</summary>
    public async Task<VolumePlan> PlanAsync(PublishRequest request, CancellationToken cancellationToken)
    {
        (SecretProviderClass? manifest, IDisposable? turn) = await turns.ReadAsync(
            token => findClass(request.Pod.Namespace, request.ClassName, token), one => SizeOf(one, request), cancellationToken);
        try
        {
            ReadClass read = reader.Read(manifest ?? throw NotFound(request), request.ClassRef, request.Attributes);
            return new ClassVolumePlan(read)
            {
                Provider = read.From.Name,
                Version = read.Version,
                Interval = IntervalOf(read.Parameters),
                Turn = turn,
            };
        }
        catch
        {
            turn?.Dispose();
            throw;
        }
    }

    public void Dispose() => turns.Dispose();

    private static long SizeOf(SecretProviderClass manifest, PublishRequest request) =>
        manifest.Spec.Parameters.Concat(request.Attributes).Sum(static p => (long)p.Key.Length + p.Value.Length);

    private static SecretsException NotFound(PublishRequest request) => new(
        FailureReason.ClassNotFound,
        "",
        $"SecretProviderClass.secrets-store.csi.x-k8s.io \"{request.ClassName}\" not found",
        $"create it in the pod's namespace {request.Pod.Namespace}");

    public Task<ResolvedClass> ResolveAsync(
        PublishRequest request, VolumePlan plan, IReadOnlyList<AppliedObject> applied, TimeSpan maxAge, CancellationToken cancellationToken) =>
        files.ResolveAsync(((ClassVolumePlan)plan).Class, AccessOf.Request(request, maxAge, options), applied, whole: false, maxAge, cancellationToken);

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
}

/// <summary>A checked class.</summary>
internal sealed record ClassVolumePlan(ReadClass Class) : VolumePlan;
