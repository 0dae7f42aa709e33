using CsiSecrets.Reload.Sources;

namespace CsiSecrets.Reload;

/// <summary>Reloader's annotations, which its flags can rename, and ours.</summary>
internal sealed record AnnotationNames
{
    /// <summary>On the workload itself, never on its pods: what it was last rolled for, keyed.</summary>
    public const string Record = "reload.csi-secrets/seen";

    /// <summary>On the pod template: the annotations strategy's mark.</summary>
    public const string LastReloadedFrom = "reloader.stakater.com/last-reloaded-from";

    public const string RolloutStrategy = "reloader.stakater.com/rollout-strategy";

    public string Auto { get; set; } = "reloader.stakater.com/auto";

    public string ConfigMapAuto { get; set; } = "configmap.reloader.stakater.com/auto";

    public string SecretAuto { get; set; } = "secret.reloader.stakater.com/auto";

    public string ClassAuto { get; set; } = "secretproviderclass.reloader.stakater.com/auto";

    public string ConfigMapList { get; set; } = "configmap.reloader.stakater.com/reload";

    public string SecretList { get; set; } = "secret.reloader.stakater.com/reload";

    public string ClassList { get; set; } = "secretproviderclass.reloader.stakater.com/reload";

    public string ConfigMapExclude { get; set; } = "configmaps.exclude.reloader.stakater.com/reload";

    public string SecretExclude { get; set; } = "secrets.exclude.reloader.stakater.com/reload";

    public string ClassExclude { get; set; } = "secretproviderclasses.exclude.reloader.stakater.com/reload";

    public string Search { get; set; } = "reloader.stakater.com/search";

    public string Match { get; set; } = "reloader.stakater.com/match";

    public string Ignore { get; set; } = "reloader.stakater.com/ignore";

    public string PausePeriod { get; set; } = "deployment.reloader.stakater.com/pause-period";

    public string PausedAt { get; set; } = "deployment.reloader.stakater.com/paused-at";

    public string TypedAuto(SourceKind kind) => Of(kind, ConfigMapAuto, SecretAuto, ClassAuto);

    public string List(SourceKind kind) => Of(kind, ConfigMapList, SecretList, ClassList);

    public string Exclude(SourceKind kind) => Of(kind, ConfigMapExclude, SecretExclude, ClassExclude);

    private static string Of(SourceKind kind, string configMap, string secret, string providerClass) => kind switch
    {
        SourceKind.ConfigMap => configMap,
        SourceKind.Secret => secret,
        _ => providerClass,
    };
}
