using CsiSecrets.Reload.Workloads;

namespace CsiSecrets.Reload.Decisions;

/// <summary>A workload with its annotations read once.</summary>
internal sealed record SeenWorkload(WorkloadId Id, Workload Workload, WorkloadWishes Wishes)
{
    public string Namespace => Id.Key.Namespace;

    /// <summary>Rolled without touching its template.</summary>
    public bool Restarts => Wishes.Restart || Id.Kind == WorkloadKind.CronJob;

    public static SeenWorkload Of(WorkloadKind kind, Workload workload, ReloadOptions options) =>
        new(new WorkloadId(kind, workload.Key), workload, WorkloadWishes.Of(kind, workload, options));
}
