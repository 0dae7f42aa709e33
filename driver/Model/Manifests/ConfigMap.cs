namespace CsiSecrets.Model.Manifests;

/// <summary>core/v1 ConfigMap.</summary>
internal sealed record ConfigMap : KubeObject
{
    public IReadOnlyDictionary<string, string>? Data { get; init; }

    /// <summary>Base64 text.</summary>
    public IReadOnlyDictionary<string, string>? BinaryData { get; init; }
}
