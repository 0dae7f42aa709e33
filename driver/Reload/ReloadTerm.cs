using CsiSecrets.Kube.Work;
using CsiSecrets.Reload.Sources;
using CsiSecrets.Reload.Workloads;

namespace CsiSecrets.Reload;

/// <summary>What one term of a leader knows.</summary>
internal sealed record ReloadTerm(ReloadWatches Watches, SourceBook Sources, WorkloadBook Workloads, WorkQueue<WorkloadId> Queue, EventTally Tally);
