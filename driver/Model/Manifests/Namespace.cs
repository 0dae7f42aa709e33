namespace CsiSecrets.Model.Manifests;

/// <summary>core/v1 Namespace: its name and labels decide which stores it may use.</summary>
internal sealed record Namespace : KubeObject;
