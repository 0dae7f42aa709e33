using System.Text.Json;
using System.Text.Json.Nodes;
using CsiSecrets.Kube;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Reload.Workloads;

namespace CsiSecrets.Reload.MetaInfo;

/// <summary>The ConfigMap by which Reloader's companions know that it is there, and how it is set. Applied once a term.</summary>
internal static class MetaInfoMap
{
    public const string Name = "reloader-meta-info";

    private const string Manager = "csi-secrets-reload";
    private const string Label = "reloader.stakater.com/meta-info";

    private static readonly ResourceType<WholeObject> Maps = new("", "v1", "configmaps", "ConfigMap", true, ReloadJson.Default.WholeObject);

    public static Task ApplyAsync(IKubeApi api, ReloadOptions options, CancellationToken cancellationToken) => api.ApplyAsync(
        Maps,
        new WholeObject
        {
            Metadata = new ObjectMeta { Namespace = options.KeyNamespace, Name = Name, Labels = new Dictionary<string, string> { [Label] = "reloader" } },
            Rest = new Dictionary<string, JsonElement> { ["data"] = Data(options) },
        },
        Manager,
        force: true,
        cancellationToken);

    private static JsonElement Data(ReloadOptions options)
    {
        var build = new JsonObject
        {
            ["goVersion"] = "",
            ["releaseVersion"] = $"csi-secrets {typeof(MetaInfoMap).Assembly.GetName().Version?.ToString(3)}",
            ["commitHash"] = "",
            ["commitTime"] = "0001-01-01T00:00:00Z", // Go's word for no time
            ["edition"] = "csi-secrets",
        };
        var deployment = new JsonObject { ["name"] = "external-secrets", ["namespace"] = options.KeyNamespace, ["creationTimestamp"] = null };
        var data = new JsonObject
        {
            ["buildInfo"] = build.ToJsonString(),
            ["reloaderOptions"] = JsonSerializer.Serialize(OptionsOf(options), ReloadJson.Default.MetaInfoOptions),
            ["deploymentInfo"] = deployment.ToJsonString(),
        };
        return JsonElement.Parse(data.ToJsonString());
    }

    private static MetaInfoOptions OptionsOf(ReloadOptions options) => new()
    {
        AutoReloadAll = options.AutoReloadAll,
        ConfigMapList = options.Names.ConfigMapList,
        SecretList = options.Names.SecretList,
        ClassList = options.Names.ClassList,
        Auto = options.Names.Auto,
        Ignore = options.Names.Ignore,
        ConfigMapAuto = options.Names.ConfigMapAuto,
        SecretAuto = options.Names.SecretAuto,
        ClassAuto = options.Names.ClassAuto,
        ConfigMapExclude = options.Names.ConfigMapExclude,
        SecretExclude = options.Names.SecretExclude,
        ClassExclude = options.Names.ClassExclude,
        Search = options.Names.Search,
        Match = options.Names.Match,
        PausePeriod = options.Names.PausePeriod,
        PausedAt = options.Names.PausedAt,
        ReloadStrategy = options.ByAnnotation ? "annotations" : "env-vars",
        ReloadOnCreate = options.OnCreate,
        ReloadOnDelete = options.OnDelete,
        ResourcesToIgnore = Those((options.IgnoreSecrets, "secrets"), (options.IgnoreConfigMaps, "configmaps")),
        WorkloadTypesToIgnore = Those((options.IgnoreJobs, "jobs"), (options.IgnoreCronJobs, "cronjobs")),
        NamespaceSelectors = Those((options.NamespaceSelector.Length > 0, options.NamespaceSelector)),
        ResourceSelectors = Those((options.ResourceSelector.Length > 0, options.ResourceSelector)),
        NamespacesToIgnore = options.IgnoredNamespaces,
    };

    private static string[] Those(params (bool Is, string Word)[] words) => [.. words.Where(static w => w.Is).Select(static w => w.Word)];
}
