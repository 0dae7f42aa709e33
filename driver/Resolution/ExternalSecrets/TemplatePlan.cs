namespace CsiSecrets.Resolution.ExternalSecrets;

internal enum TemplateMerge
{
    /// <summary>Only what the templates make.</summary>
    Replace,

    /// <summary>The values too, under what the templates make.</summary>
    Merge,
}

/// <summary>The template of a target.</summary>
internal sealed record TemplatePlan
{
    /// <summary>Null to keep the type that the Secret has, Opaque for a new one.</summary>
    public string? Type { get; init; }

    public required TemplateMerge Merge { get; init; }

    public required IReadOnlyDictionary<string, string> Data { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    public required IReadOnlyDictionary<string, string> Annotations { get; init; }

    public required IReadOnlyList<string> Finalizers { get; init; }

    /// <summary>What templateFrom lists, one part for each text, in order: a later one wins.</summary>
    public required IReadOnlyList<TemplatePart> Parts { get; init; }

    /// <summary>The objects of the cluster whose keys hold templates: what must be read before a render.</summary>
    public IReadOnlyList<TemplateReference> References => [.. Parts.Select(p => p.Reference).OfType<TemplateReference>().Distinct()];
}

internal enum TemplateScope
{
    /// <summary>The text is the value of one key.</summary>
    Values,

    /// <summary>The text, rendered, is a YAML map of keys and values.</summary>
    KeysAndValues,
}

/// <summary>One text of templateFrom: a literal, or a key of an object.</summary>
internal sealed record TemplatePart
{
    /// <summary>Its place in the manifest.</summary>
    public required string Path { get; init; }

    /// <summary>Null where <see cref="Reference"/> says where the text is.</summary>
    public string? Literal { get; init; }

    public TemplateReference? Reference { get; init; }

    public required TemplateScope Scope { get; init; }

    public required TemplateTarget Target { get; init; }

    public ValueDecoding Decoding { get; init; }
}

internal enum TemplateObject
{
    ConfigMap,
    Secret,
}

/// <summary>A key of a ConfigMap or Secret in the ExternalSecret's namespace.</summary>
internal sealed record TemplateReference(TemplateObject Kind, string Name, string Key)
{
    public override string ToString() => $"{Kind} {Name}: key {Key}";
}

internal enum TargetField
{
    Data,
    Labels,
    Annotations,

    /// <summary>Any field of a target that is no Secret.</summary>
    Other,
}

/// <summary>Where rendered keys go.</summary>
/// <param name="Field">The field.</param>
/// <param name="Path">Its path where it is none of the three.</param>
internal sealed record TemplateTarget(TargetField Field, string Path);
