using System.Text.Json;
using System.Text.Json.Serialization;

namespace CsiSecrets.Model.Manifests.ExternalSecrets;

internal sealed record ExternalSecretStatus
{
    [JsonConverter(typeof(KubeTime))]
    public DateTimeOffset? RefreshTime { get; init; }

    /// <summary><c>&lt;generation&gt;-&lt;hash of labels and annotations&gt;</c> of the last sync.</summary>
    [JsonConverter(typeof(CommonWord))]
    public string? SyncedResourceVersion { get; init; }

    public IReadOnlyList<StatusCondition> Conditions { get => field ?? []; init; }

    public LocalObjectReference? Binding { get; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Rest { get; set; }
}

/// <summary>One condition; <see cref="LastTransitionTime"/> moves only when <see cref="Status"/> flips.</summary>
internal sealed record StatusCondition
{
    [JsonConverter(typeof(CommonWord))]
    public string Type { get => field ?? ""; init; }

    /// <summary>True, False or Unknown.</summary>
    [JsonConverter(typeof(CommonWord))]
    public string Status { get => field ?? ""; init; }

    [JsonConverter(typeof(CommonWord))]
    public string? Reason { get; init; }

    [JsonConverter(typeof(CommonWord))]
    public string? Message { get; init; }

    [JsonConverter(typeof(KubeTime))]
    public DateTimeOffset? LastTransitionTime { get; init; }
}
