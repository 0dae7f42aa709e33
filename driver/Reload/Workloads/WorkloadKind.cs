namespace CsiSecrets.Reload.Workloads;

internal enum WorkloadKind
{
    Deployment,
    StatefulSet,
    DaemonSet,

    /// <summary>A change runs it once, now.</summary>
    CronJob,

    /// <summary>A change makes it anew.</summary>
    Job,

    /// <summary>Argo's.</summary>
    Rollout,
}
