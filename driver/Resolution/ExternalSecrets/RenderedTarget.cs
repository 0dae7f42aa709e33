using CsiSecrets.Model;

namespace CsiSecrets.Resolution.ExternalSecrets;

/// <summary>What the target should hold. A class, not a record: labels and annotations may hold rendered values.</summary>
internal sealed class RenderedTarget : IDisposable
{
    /// <summary>Null to keep the type that the Secret has, Opaque for a new one.</summary>
    public string? Type { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    public required IReadOnlyDictionary<string, string> Annotations { get; init; }

    public required IReadOnlyList<string> Finalizers { get; init; }

    /// <summary>Owned by this object.</summary>
    public required SecretSet Data { get; init; }

    public void Dispose() => Data.Dispose();

    public override string ToString() => $"(redacted, {Data.Count} keys)";
}
