using CsiSecrets.Kube.Objects;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Sync.Objects;

/// <summary>One object of any kind but Secret that an ExternalSecret writes.</summary>
internal sealed record ObjectTarget(ObjectKind Kind, ObjectKey Key);
