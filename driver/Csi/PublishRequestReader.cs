using System.Globalization;
using System.Text;
using CsiSecrets.Csi.Wire;
using CsiSecrets.Model;
using CsiSecrets.Volumes;
using Google.Protobuf.Collections;

namespace CsiSecrets.Csi;

/// <summary>From the wire to our own records: every check of a request's fields is here.</summary>
/// <param name="facts">What the CSIDriver object says now; null while it is not known.</param>
internal sealed class PublishRequestReader(Func<DriverFacts?> facts)
{
    private const string KubeletPrefix = "csi.storage.k8s.io/";
    private const string TokensKey = KubeletPrefix + "serviceAccount.tokens";
    private const string ClassKey = "secretProviderClass";
    private const string ExternalSecretKey = "externalSecret";
    private const int LongestId = 256;
    private const int LongestPath = 4000;
    private const int MostAttributeCharacters = 1 << 20;

    public static (string VolumeId, string TargetPath) ReadPlace(NodePublishVolumeRequest request) =>
        Place(request.VolumeId, request.TargetPath, "Target path", "target_path");

    public static (string VolumeId, string TargetPath) ReadPlace(NodeUnpublishVolumeRequest request) =>
        Place(request.VolumeId, request.TargetPath, "Target path", "target_path");

    public static (string VolumeId, string TargetPath) ReadPlace(NodeGetVolumeStatsRequest request) =>
        Place(request.VolumeId, request.VolumePath, "Volume path", "volume_path");

    /// <summary>Reads the rest of a publish request. Throws InvalidRequest, PodInfoMissing, TokenInvalid.</summary>
    public PublishRequest Read(NodePublishVolumeRequest request)
    {
        CheckCapability(request);
        DriverFacts driver = facts() ?? throw new SecretsException(
            FailureReason.KubernetesUnavailable, "the CSIDriver object of this driver", "not read yet", "check that it exists and that the API server answers");
        if (!driver.PodInfo)
        {
            throw new SecretsException(
                FailureReason.PodInfoMissing, "the CSIDriver object of this driver", "podInfoOnMount is not true, so the pod's identity is unknown", "apply the CSIDriver manifest of this driver");
        }

        var context = request.VolumeContext;
        PodIdentity pod = new()
        {
            Namespace = Name(context, KubeletPrefix + "pod.namespace"),
            PodName = Name(context, KubeletPrefix + "pod.name"),
            PodUid = Name(context, KubeletPrefix + "pod.uid"),
            ServiceAccount = Name(context, KubeletPrefix + "serviceAccount.name"),
        };
        (VolumeSource source, string name) = SourceOf(context);
        int? group = GroupOf(request.VolumeCapability.Mount?.VolumeMountGroup);
        (PodTokens tokens, string? uid) = TokensOf(request, pod, driver);
        return new PublishRequest
        {
            VolumeId = request.VolumeId,
            TargetPath = ReadPlace(request).TargetPath,
            Pod = pod with { ServiceAccountUid = uid },
            Source = source,
            ClassName = name,
            Attributes = context.Where(a => !a.Key.StartsWith(KubeletPrefix, StringComparison.Ordinal) && a.Key is not (ClassKey or ExternalSecretKey))
                .ToDictionary(StringComparer.Ordinal),
            Tokens = tokens,
            Secrets = request.Secrets.Where(s => s.Key != TokensKey)
                .ToDictionary(s => s.Key, s => SecretBytes.FromText(s.Value), StringComparer.Ordinal),
            Group = group,
        };
    }

    /// <summary>Exactly one of the two attributes that name a manifest.</summary>
    private static (VolumeSource Source, string Name) SourceOf(MapField<string, string> context)
    {
        string className = context.GetValueOrDefault(ClassKey, "");
        string externalSecret = context.GetValueOrDefault(ExternalSecretKey, "");
        return (className.Length > 0, externalSecret.Length > 0) switch
        {
            (true, false) => (VolumeSource.SecretProviderClass, CheckName(className, $"volumeAttributes.{ClassKey}")),
            (false, true) => (VolumeSource.ExternalSecret, CheckName(externalSecret, $"volumeAttributes.{ExternalSecretKey}")),
            (true, true) => throw Bad("Volume attributes not usable", "volumeAttributes", $"set {ClassKey} or {ExternalSecretKey}, not both"),
            _ => throw Bad("secretProviderClass is not set", $"volumeAttributes.{ClassKey}", "name the SecretProviderClass there"),
        };
    }

    private static void CheckCapability(NodePublishVolumeRequest request)
    {
        if (request.VolumeCapability is null || request.VolumeCapability.AccessTypeCase == VolumeCapability.AccessTypeOneofCase.None)
        {
            throw Bad("Volume capability missing in request", "volume_capability", "the caller must send one");
        }

        if (request.VolumeCapability.AccessTypeCase == VolumeCapability.AccessTypeOneofCase.Block)
        {
            throw Bad("Volume capability not supported", "volume_capability.block", "mount it as a file system");
        }

        if (request.VolumeContext.Count == 0)
        {
            throw Bad("Volume attributes missing in request", "volume_context", "set csi.volumeAttributes.secretProviderClass in the pod");
        }

        if (request.VolumeContext.Sum(a => (long)a.Key.Length + a.Value.Length) > MostAttributeCharacters)
        {
            throw Bad("Volume attributes too large", "volume_context", $"at most {MostAttributeCharacters} characters together");
        }

        if (!request.Readonly)
        {
            throw Bad("Readonly is not true in request", "readonly", "set csi.readOnly: true in the pod");
        }
    }

    /// <summary>A token counts only where the kubelet must have put it.</summary>
    private static (PodTokens Tokens, string? ServiceAccountUid) TokensOf(NodePublishVolumeRequest request, PodIdentity pod, DriverFacts driver)
    {
        string? json = driver.Audiences.Count == 0 ? null
            : driver.TokensInSecrets ? request.Secrets.GetValueOrDefault(TokensKey)
            : request.VolumeContext.GetValueOrDefault(TokensKey);
        return string.IsNullOrEmpty(json) ? (PodTokens.None, null) : TokenReader.Read(json, pod, driver.Audiences);
    }

    private static int? GroupOf(string? text) => string.IsNullOrEmpty(text) ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int gid) ? gid
        : throw Bad("Volume mount group is not a number", "volume_capability.mount.volume_mount_group", "send a gid from 0 to 2147483647");

    private static (string VolumeId, string Path) Place(string volumeId, string path, string what, string field)
    {
        if (volumeId.Length == 0)
        {
            throw Bad("Volume ID missing in request", "volume_id", "the caller must send it");
        }

        if (volumeId.Length > LongestId || Encoding.UTF8.GetByteCount(volumeId) > LongestId || volumeId.Any(IsUnprintable))
        {
            throw Bad("Volume ID not usable", "volume_id", $"at most {LongestId} bytes, no control characters");
        }

        if (path.Length == 0)
        {
            throw Bad($"{what} missing in request", field, "the caller must send it");
        }

        string place = path.TrimEnd('/');
        bool odd = place.Length == 0 || place[0] != '/' || path.Length >= LongestPath || Encoding.UTF8.GetByteCount(place) >= LongestPath
            || place.Any(IsUnprintable) || place[1..].Split('/').Any(e => e is ".." or "." or "");
        return odd
            ? throw Bad($"{what} not usable", field, $"send an absolute path of less than {LongestPath} bytes, without ., .., doubled slashes and control characters")
            : (volumeId, place);
    }

    // What would split or garble a line of a log or an event.
    private static bool IsUnprintable(char c) => char.GetUnicodeCategory(c)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    private static string Name(MapField<string, string> context, string key) => context.TryGetValue(key, out string? name) && name.Length > 0
        ? CheckName(name, $"volume_context[{key}]")
        : throw new SecretsException(
            FailureReason.PodInfoMissing, $"volume_context[{key}]", "missing", "the CSIDriver must have podInfoOnMount: true");

    /// <summary>Names go into API paths and file names: only what Kubernetes allows in a name gets further.</summary>
    private static string CheckName(string name, string place) => name.Length <= 253 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or ':') && name is not "." and not ".."
        ? name
        : throw Bad("Volume attributes not usable", place, "not a Kubernetes name: use at most 253 letters, digits, - and .");

    private static SecretsException Bad(string sentence, string field, string remedy) =>
        new(FailureReason.InvalidRequest, sentence, field, remedy);
}
