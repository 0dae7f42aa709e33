using CsiSecrets.Model;

namespace CsiSecrets.Providers;

/// <summary>A Secret of a cluster. Owns its data.</summary>
internal sealed class ClusterSecret : IDisposable
{
    public required string Name { get; init; }

    /// <summary>Another for every change, and for every life of the object.</summary>
    public required string Version { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    public required IReadOnlyDictionary<string, string> Annotations { get; init; }

    public required SecretSet Data { get; init; }

    public void Dispose() => Data.Dispose();

    public override string ToString() => $"{Name} (redacted)";
}
