using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Reload.Workloads;

/// <summary>Which workload.</summary>
internal readonly record struct WorkloadId(WorkloadKind Kind, ObjectKey Key)
{
    public override string ToString() => $"{Kind} {Key}";
}
