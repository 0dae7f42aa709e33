using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Mirroring;

/// <summary>What one contributor wants in one Secret. Owns its data.</summary>
internal sealed class DesiredSecret : IDisposable
{
    public required ObjectKey Key { get; init; }

    public required Contributor From { get; init; }

    public required SecretSet Data { get; init; }

    public MirrorMode Mode { get; init; }

    public MirrorStyle Style { get; init; } = MirrorStyle.ExternalSecrets;

    /// <summary>Empty: the type that is there, or Opaque.</summary>
    public string Type { get; init; } = "";

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<string> Finalizers { get; init; } = [];

    /// <summary>With whom the Secret is collected; empty: with nobody.</summary>
    public IReadOnlyList<OwnerReference> Owners { get; init; } = [];

    public bool Immutable { get; init; }

    /// <summary>The <see cref="Contributor.Label"/>s of the others that contribute to the same Secret now.</summary>
    public IReadOnlySet<string> Companions { get; init; } = new HashSet<string>();

    /// <summary>Whether an ExternalSecret owns the Secret by this.</summary>
    public bool IsOwned => Owners.Any(From.Is);

    public void Dispose() => Data.Dispose();

    public override string ToString() => $"Secret {Key}";
}
