using System.Text.Json;
using System.Text.Json.Serialization;

namespace CsiSecrets.Model.Manifests;

/// <summary>coordination.k8s.io/v1 Lease.</summary>
internal sealed record Lease : KeptKubeObject
{
    public LeaseSpec Spec { get => field ?? LeaseSpec.Empty; init; }
}

internal sealed record LeaseSpec
{
    public static readonly LeaseSpec Empty = new();

    public string? HolderIdentity { get; init; }

    public int? LeaseDurationSeconds { get; init; }

    [JsonConverter(typeof(KubeMicroTime))]
    public DateTimeOffset? AcquireTime { get; init; }

    [JsonConverter(typeof(KubeMicroTime))]
    public DateTimeOffset? RenewTime { get; init; }

    public int? LeaseTransitions { get; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Rest { get; set; }
}
