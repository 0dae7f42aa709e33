namespace CsiSecrets.Resolution.SecretObjects;

/// <summary>One entry of <c>spec.secretObjects</c>, checked.</summary>
internal sealed record SecretObjectPlan
{
    public required string Name { get; init; }

    public required string Type { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    public required IReadOnlyDictionary<string, string> Annotations { get; init; }

    public required IReadOnlyList<SecretKeyPlan> Keys { get; init; }
}

/// <summary>One key of the Secret.</summary>
/// <param name="Key">The key.</param>
/// <param name="Path">The file whose content it takes.</param>
/// <param name="PasswordPath">The file that holds the password of a PFX file; null for none.</param>
internal sealed record SecretKeyPlan(string Key, string Path, string? PasswordPath);
