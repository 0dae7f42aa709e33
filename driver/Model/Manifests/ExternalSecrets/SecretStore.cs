using System.Text.Json;
using System.Text.Json.Serialization;

namespace CsiSecrets.Model.Manifests.ExternalSecrets;

/// <summary>What SecretStore and ClusterSecretStore have in common.</summary>
internal abstract record StoreObject : UserManifest
{
    public StoreSpec Spec { get => field ?? StoreSpec.Empty; init; }

    public StoreStatus? Status { get; init; }
}

/// <summary><c>external-secrets.io</c> SecretStore.</summary>
internal sealed record SecretStore : StoreObject;

/// <summary><c>external-secrets.io</c> ClusterSecretStore.</summary>
internal sealed record ClusterSecretStore : StoreObject;

internal sealed record StoreSpec
{
    public static readonly StoreSpec Empty = new();

    /// <summary>The controller class that serves it; empty for all.</summary>
    public string? Controller { get; init; }

    /// <summary>Exactly one member, named as its provider; kept as it is, because each provider reads its own.</summary>
    public JsonElement? Provider { get; init; }

    public RetrySettings? RetrySettings { get; init; }

    /// <summary>Seconds as a number, or a Go duration.</summary>
    public JsonElement? RefreshInterval { get; init; }

    /// <summary>Who may use a ClusterSecretStore: anybody whom one of them names; everybody where there is none.</summary>
    public IReadOnlyList<StoreCondition> Conditions { get => field ?? []; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Rest { get; set; }
}

internal sealed record RetrySettings
{
    public int? MaxRetries { get; init; }

    public string? RetryInterval { get; init; }
}

internal sealed record StoreCondition
{
    public LabelSelector? NamespaceSelector { get; init; }

    public IReadOnlyList<string> Namespaces { get => field ?? []; init; }

    public IReadOnlyList<string> NamespaceRegexes { get => field ?? []; init; }
}

internal sealed record StoreStatus
{
    public IReadOnlyList<StatusCondition> Conditions { get => field ?? []; init; }

    /// <summary>ReadOnly, WriteOnly or ReadWrite.</summary>
    public string? Capabilities { get; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Rest { get; set; }
}
