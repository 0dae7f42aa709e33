using System.Text.Json;
using System.Text.Json.Serialization;

namespace CsiSecrets.Model.Manifests.ExternalSecrets;

/// <summary><c>external-secrets.io</c> ExternalSecret; v1 and v1beta1 have the same shape. What must hold is checked by its reader, which
/// reports every error: policies are therefore text here.</summary>
internal sealed record ExternalSecret : UserManifest
{
    public ExternalSecretSpec Spec { get => field ?? ExternalSecretSpec.Empty; init; }

    public ExternalSecretStatus? Status { get; init; }
}

internal sealed record ExternalSecretSpec
{
    public static readonly ExternalSecretSpec Empty = new();

    /// <summary>The store of every entry that names none.</summary>
    public StoreRef? SecretStoreRef { get; init; }

    /// <summary>CreatedOnce, Periodic or OnChange; absent means Periodic.</summary>
    [JsonConverter(typeof(CommonWord))]
    public string? RefreshPolicy { get; init; }

    /// <summary>A Go duration; absent means 1h.</summary>
    [JsonConverter(typeof(CommonWord))]
    public string? RefreshInterval { get; init; }

    public SyncWindows? SyncWindows { get; init; }

    public ExternalSecretTarget? Target { get; init; }

    public IReadOnlyList<ExternalSecretData> Data { get => field ?? []; init; }

    public IReadOnlyList<ExternalSecretDataFrom> DataFrom { get => field ?? []; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Rest { get; set; }
}

/// <summary>A store by name; <see cref="Kind"/> absent means SecretStore.</summary>
internal sealed record StoreRef
{
    [JsonConverter(typeof(CommonWord))]
    public string Name { get => field ?? ""; init; }

    [JsonConverter(typeof(CommonWord))]
    public string? Kind { get; init; }
}

/// <summary>When a time-based refresh may (allow) or may not (deny) happen, in UTC.</summary>
internal sealed record SyncWindows
{
    public string Kind { get => field ?? ""; init; }

    public IReadOnlyList<SyncWindow> Windows { get => field ?? []; init; }
}

/// <summary>Opens at each instant of a cron schedule, for a Go duration.</summary>
internal sealed record SyncWindow
{
    public string Schedule { get => field ?? ""; init; }

    public string Duration { get => field ?? ""; init; }
}

/// <summary>One key of the target from one remote value.</summary>
internal sealed record ExternalSecretData
{
    [JsonConverter(typeof(CommonWord))]
    public string SecretKey { get => field ?? ""; init; }

    public RemoteRef? RemoteRef { get; init; }

    public SourceRef? SourceRef { get; init; }
}

/// <summary>A value at the provider. Absent policies mean None, Default, None and Ignore.</summary>
internal sealed record RemoteRef
{
    [JsonConverter(typeof(CommonWord))]
    public string Key { get => field ?? ""; init; }

    [JsonConverter(typeof(CommonWord))]
    public string? Property { get; init; }

    public string? Version { get; init; }

    [JsonConverter(typeof(CommonWord))]
    public string? MetadataPolicy { get; init; }

    [JsonConverter(typeof(CommonWord))]
    public string? ConversionStrategy { get; init; }

    [JsonConverter(typeof(CommonWord))]
    public string? DecodingStrategy { get; init; }

    [JsonConverter(typeof(CommonWord))]
    public string? NullBytePolicy { get; init; }
}

/// <summary>Many keys at once: exactly one of extract, find and a generator.</summary>
internal sealed record ExternalSecretDataFrom
{
    public RemoteRef? Extract { get; init; }

    public FindRef? Find { get; init; }

    public IReadOnlyList<RewriteRule> Rewrite { get => field ?? []; init; }

    public SourceRef? SourceRef { get; init; }
}

/// <summary>Remote secrets by criteria that must all hold.</summary>
internal sealed record FindRef
{
    public string? Path { get; init; }

    public FindName? Name { get; init; }

    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    public string? ConversionStrategy { get; init; }

    public string? DecodingStrategy { get; init; }

    public string? NullBytePolicy { get; init; }
}

/// <summary>An RE2 pattern that matches anywhere in the name.</summary>
internal sealed record FindName
{
    public string? Regexp { get; init; }
}

/// <summary>Another store, or a generator.</summary>
internal sealed record SourceRef
{
    public StoreRef? StoreRef { get; init; }

    public GeneratorRef? GeneratorRef { get; init; }
}

internal sealed record GeneratorRef
{
    public string? ApiVersion { get; init; }

    public string Kind { get => field ?? ""; init; }

    public string Name { get => field ?? ""; init; }
}

/// <summary>One change of key names: exactly one of its members.</summary>
internal sealed record RewriteRule
{
    public RewriteRegexp? Regexp { get; init; }

    public RewriteTransform? Transform { get; init; }

    public RewriteMerge? Merge { get; init; }
}

internal sealed record RewriteRegexp
{
    public string Source { get => field ?? ""; init; }

    public string Target { get => field ?? ""; init; }
}

/// <summary>A template over <c>.value</c>, the key.</summary>
internal sealed record RewriteTransform
{
    public string Template { get => field ?? ""; init; }
}

internal sealed record RewriteMerge
{
    public string? Into { get; init; }

    public IReadOnlyList<string> Priority { get => field ?? []; init; }

    /// <summary>Strict (the default) or IgnoreNotFound.</summary>
    public string? PriorityPolicy { get; init; }

    /// <summary>Error (the default) or Ignore.</summary>
    public string? ConflictPolicy { get; init; }

    /// <summary>Extract (the default) or JSON.</summary>
    public string? Strategy { get; init; }
}
