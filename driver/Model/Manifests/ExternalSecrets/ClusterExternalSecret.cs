using System.Text.Json;
using System.Text.Json.Serialization;

namespace CsiSecrets.Model.Manifests.ExternalSecrets;

/// <summary><c>external-secrets.io</c> ClusterExternalSecret: one ExternalSecret in each selected namespace.</summary>
internal sealed record ClusterExternalSecret : UserManifest
{
    public ClusterExternalSecretSpec Spec { get => field ?? ClusterExternalSecretSpec.Empty; init; }

    public ClusterExternalSecretStatus? Status { get; init; }
}

internal sealed record ClusterExternalSecretSpec
{
    public static readonly ClusterExternalSecretSpec Empty = new();

    public ExternalSecretSpec ExternalSecretSpec { get => field ?? ExternalSecretSpec.Empty; init; }

    /// <summary>Absent means the ClusterExternalSecret's own name.</summary>
    public string? ExternalSecretName { get; init; }

    public TemplateMetadata? ExternalSecretMetadata { get; init; }

    public LabelSelector? NamespaceSelector { get; init; }

    public IReadOnlyList<LabelSelector> NamespaceSelectors { get => field ?? []; init; }

    public IReadOnlyList<string> Namespaces { get => field ?? []; init; }

    /// <summary>A Go duration; absent means 1h.</summary>
    public string? RefreshTime { get; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Rest { get; set; }
}

internal sealed record ClusterExternalSecretStatus
{
    public string? ExternalSecretName { get; init; }

    public IReadOnlyList<FailedNamespace> FailedNamespaces { get => field ?? []; init; }

    public IReadOnlyList<string> ProvisionedNamespaces { get => field ?? []; init; }

    public IReadOnlyList<StatusCondition> Conditions { get => field ?? []; init; }
}

internal sealed record FailedNamespace
{
    public string Namespace { get => field ?? ""; init; }

    public string? Reason { get; init; }
}
