using System.Text.Json.Serialization;

namespace CsiSecrets.Reload.MetaInfo;

/// <summary>What is switched on, in the words of Reloader's own ConfigMap. No address of a webhook: it is as good as a password.</summary>
internal sealed record MetaInfoOptions
{
    public required bool AutoReloadAll { get; init; }

    [JsonPropertyName("configmapUpdateOnChangeAnnotation")]
    public required string ConfigMapList { get; init; }

    [JsonPropertyName("secretUpdateOnChangeAnnotation")]
    public required string SecretList { get; init; }

    [JsonPropertyName("secretProviderClassUpdateOnChangeAnnotation")]
    public required string ClassList { get; init; }

    [JsonPropertyName("reloaderAutoAnnotation")]
    public required string Auto { get; init; }

    [JsonPropertyName("ignoreResourceAnnotation")]
    public required string Ignore { get; init; }

    [JsonPropertyName("configmapReloaderAutoAnnotation")]
    public required string ConfigMapAuto { get; init; }

    [JsonPropertyName("secretReloaderAutoAnnotation")]
    public required string SecretAuto { get; init; }

    [JsonPropertyName("secretProviderClassReloaderAutoAnnotation")]
    public required string ClassAuto { get; init; }

    [JsonPropertyName("configmapExcludeReloaderAnnotation")]
    public required string ConfigMapExclude { get; init; }

    [JsonPropertyName("secretExcludeReloaderAnnotation")]
    public required string SecretExclude { get; init; }

    [JsonPropertyName("secretProviderClassExcludeReloaderAnnotation")]
    public required string ClassExclude { get; init; }

    [JsonPropertyName("autoSearchAnnotation")]
    public required string Search { get; init; }

    [JsonPropertyName("searchMatchAnnotation")]
    public required string Match { get; init; }

    [JsonPropertyName("rolloutStrategyAnnotation")]
    public string RolloutStrategy { get; init; } = AnnotationNames.RolloutStrategy;

    [JsonPropertyName("pauseDeploymentAnnotation")]
    public required string PausePeriod { get; init; }

    [JsonPropertyName("pauseDeploymentTimeAnnotation")]
    public required string PausedAt { get; init; }

    public bool IsArgoRollouts { get; init; } = true;

    public required string ReloadStrategy { get; init; }

    public required bool ReloadOnCreate { get; init; }

    public required bool ReloadOnDelete { get; init; }

    /// <summary>What changed in between is found at each start; nothing else is reloaded.</summary>
    public bool SyncAfterRestart { get; init; }

    [JsonPropertyName("enableHA")]
    public bool HighlyAvailable { get; init; } = true;

    [JsonPropertyName("enableCSIIntegration")]
    public bool FollowsVolumes { get; init; } = true;

    public required IReadOnlyList<string> ResourcesToIgnore { get; init; }

    public required IReadOnlyList<string> WorkloadTypesToIgnore { get; init; }

    public required IReadOnlyList<string> NamespaceSelectors { get; init; }

    public required IReadOnlyList<string> ResourceSelectors { get; init; }

    public required IReadOnlyList<string> NamespacesToIgnore { get; init; }
}
