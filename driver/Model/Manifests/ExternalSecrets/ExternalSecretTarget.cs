using System.Text.Json;
using System.Text.Json.Serialization;

namespace CsiSecrets.Model.Manifests.ExternalSecrets;

/// <summary>The Secret (or other object) that an ExternalSecret makes.</summary>
internal sealed record ExternalSecretTarget
{
    public static readonly ExternalSecretTarget Empty = new();

    /// <summary>Absent means the ExternalSecret's own name.</summary>
    [JsonConverter(typeof(CommonWord))]
    public string? Name { get; init; }

    /// <summary>Owner (the default), Orphan, Merge, CreateOrMerge or None.</summary>
    [JsonConverter(typeof(CommonWord))]
    public string? CreationPolicy { get; init; }

    /// <summary>Retain (the default), Delete or Merge.</summary>
    [JsonConverter(typeof(CommonWord))]
    public string? DeletionPolicy { get; init; }

    public bool? Immutable { get; init; }

    public ManifestTarget? Manifest { get; init; }

    public TargetTemplate? Template { get; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Rest { get; set; }
}

/// <summary>A target that is no Secret.</summary>
internal sealed record ManifestTarget
{
    public string ApiVersion { get => field ?? ""; init; }

    public string Kind { get => field ?? ""; init; }
}

internal sealed record TargetTemplate
{
    /// <summary>v2 is the only one.</summary>
    [JsonConverter(typeof(CommonWord))]
    public string? EngineVersion { get; init; }

    [JsonConverter(typeof(CommonWord))]
    public string? Type { get; init; }

    public TemplateMetadata? Metadata { get; init; }

    /// <summary>Replace (the default) or Merge.</summary>
    [JsonConverter(typeof(CommonWord))]
    public string? MergePolicy { get; init; }

    public IReadOnlyDictionary<string, string>? Data { get; init; }

    public IReadOnlyList<TemplateFrom> TemplateFrom { get => field ?? []; init; }
}

internal sealed record TemplateMetadata
{
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    public IReadOnlyList<string>? Finalizers { get; init; }
}

/// <summary>Templates from elsewhere: exactly one of a ConfigMap, a Secret and a literal.</summary>
internal sealed record TemplateFrom
{
    public TemplateSource? ConfigMap { get; init; }

    public TemplateSource? Secret { get; init; }

    public string? Literal { get; init; }

    /// <summary>Data (the default), Labels or Annotations; for a manifest target any path.</summary>
    public string? Target { get; init; }

    public string? ValuesDecodingStrategy { get; init; }
}

internal sealed record TemplateSource
{
    public string Name { get => field ?? ""; init; }

    public IReadOnlyList<TemplateSourceItem> Items { get => field ?? []; init; }
}

internal sealed record TemplateSourceItem
{
    public string Key { get => field ?? ""; init; }

    /// <summary>Values (the default) or KeysAndValues.</summary>
    public string? TemplateAs { get; init; }
}
