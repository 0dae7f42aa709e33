using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Reload.Workloads;

/// <summary>A workload with every field, for the moment in which one is made of another.</summary>
internal sealed record WholeObject : KeptKubeObject;
