namespace CsiSecrets.Model.Manifests;

/// <summary>core/v1 ServiceAccount: its annotations name the cloud identity.</summary>
internal sealed record ServiceAccount : KubeObject;
