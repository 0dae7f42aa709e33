using System.Text.Json;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Reload.Sources;

namespace CsiSecrets.Reload.Workloads;

/// <summary>Reads a workload of any kind, leniently: what is missing or of another type is as if it were not there. Pure.</summary>
internal static class WorkloadReader
{
    public const string MarkPrefix = "STAKATER_";

    /// <summary>A mounted ExternalSecret has pod statuses like a class; its name there.</summary>
    public const string ExternalSecretPrefix = "es-";

    private const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";

    public static Workload Read(JsonElement root)
    {
        ObjectMeta metadata = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("metadata", out JsonElement meta)
            ? meta.Deserialize(ManifestJson.Default.ObjectMeta) ?? ObjectMeta.Empty
            : ObjectMeta.Empty;
        JsonElement spec = Member(root, "spec");
        JsonElement template = Member(spec, "jobTemplate") is { ValueKind: JsonValueKind.Object } job
            ? Member(Member(job, "spec"), "template")
            : Member(spec, "template");
        return new Workload
        {
            Metadata = metadata with { Labels = null, Finalizers = null, Annotations = Slim(metadata.Annotations) },
            Pods = ReadPods(template),
            Paused = Member(spec, "paused").ValueKind == JsonValueKind.True,
        };
    }

    /// <summary>An applied manifest in an annotation is large, and holds the values of variables.</summary>
    private static Dictionary<string, string>? Slim(IReadOnlyDictionary<string, string>? annotations) => annotations?
        .Where(static a => a.Key != LastApplied).ToDictionary(static a => a.Key, static a => a.Value ?? "", StringComparer.Ordinal);

    private static PodUse ReadPods(JsonElement template)
    {
        if (template.ValueKind != JsonValueKind.Object)
        {
            return PodUse.None;
        }

        JsonElement metadata = Member(template, "metadata");
        JsonElement annotations = Member(metadata, "annotations");
        JsonElement spec = Member(template, "spec");
        return new PodUse
        {
            HasMetadata = metadata.ValueKind == JsonValueKind.Object,
            Annotations = annotations.ValueKind == JsonValueKind.Object
                ? annotations.EnumerateObject().Where(static a => a.Value.ValueKind == JsonValueKind.String)
                    .ToDictionary(static a => a.Name, static a => a.Value.GetString()!, StringComparer.Ordinal)
                : null,
            Containers = [.. Items(spec, "containers").Select(ReadContainer)],
            InitContainers = [.. Items(spec, "initContainers").Select(ReadContainer)],
            Volumes = [.. Items(spec, "volumes").SelectMany(static v => ReadVolume(v).Select(s => (Text(v, "name"), s)))],
        };
    }

    private static ContainerUse ReadContainer(JsonElement container)
    {
        var environment = new List<SourceKey>();
        var marks = new List<(int, string, string)>();
        int at = 0;
        foreach (JsonElement variable in Items(container, "env"))
        {
            string name = Text(variable, "name");
            if (name.StartsWith(MarkPrefix, StringComparison.Ordinal))
            {
                marks.Add((at, name, Text(variable, "value")));
            }

            JsonElement from = Member(variable, "valueFrom");
            Add(environment, SourceKind.Secret, Text(Member(from, "secretKeyRef"), "name"));
            Add(environment, SourceKind.ConfigMap, Text(Member(from, "configMapKeyRef"), "name"));
            at++;
        }

        foreach (JsonElement from in Items(container, "envFrom"))
        {
            Add(environment, SourceKind.Secret, Text(Member(from, "secretRef"), "name"));
            Add(environment, SourceKind.ConfigMap, Text(Member(from, "configMapRef"), "name"));
        }

        return new ContainerUse
        {
            Name = Text(container, "name"),
            Environment = environment,
            Mounts = [.. Items(container, "volumeMounts").Select(static m => Text(m, "name"))],
            HasVariables = at > 0,
            Marks = marks,
        };
    }

    private static List<SourceKey> ReadVolume(JsonElement volume)
    {
        var sources = new List<SourceKey>();
        Add(sources, SourceKind.Secret, Text(Member(volume, "secret"), "secretName"));
        Add(sources, SourceKind.ConfigMap, Text(Member(volume, "configMap"), "name"));
        foreach (JsonElement part in Items(Member(volume, "projected"), "sources"))
        {
            Add(sources, SourceKind.Secret, Text(Member(part, "secret"), "name"));
            Add(sources, SourceKind.ConfigMap, Text(Member(part, "configMap"), "name"));
        }

        JsonElement attributes = Member(Member(volume, "csi"), "volumeAttributes");
        Add(sources, SourceKind.SecretProviderClass, Text(attributes, "secretProviderClass"));
        string externalSecret = Text(attributes, "externalSecret");
        Add(sources, SourceKind.SecretProviderClass, externalSecret.Length > 0 ? ExternalSecretPrefix + externalSecret : "");
        return sources;
    }

    private static void Add(List<SourceKey> sources, SourceKind kind, string name)
    {
        var key = new SourceKey(kind, name);
        if (name.Length > 0 && !sources.Contains(key))
        {
            sources.Add(key);
        }
    }

    private static JsonElement Member(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out JsonElement value) ? value : default;

    private static string Text(JsonElement of, string name) =>
        Member(of, name) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : "";

    private static JsonElement.ArrayEnumerator Items(JsonElement of, string name) =>
        Member(of, name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : default;
}
