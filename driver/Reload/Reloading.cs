using CsiSecrets.Kube;
using CsiSecrets.Reload.Alerts;
using CsiSecrets.Reload.Decisions;
using CsiSecrets.Reload.Workloads;

namespace CsiSecrets.Reload;

/// <summary>Where a decision takes effect: one write to the API server, or the webhook's call and then the record.</summary>
internal sealed class Reloading(IKubeApi api, ReloadOptions options, AlertClient alerts, OwedJobs owed, TimeProvider time)
{
    private readonly ReloadPatch patches = new(options);
    private readonly JobRuns jobs = new(api, owed, time);

    /// <summary>Brings a Job back that was deleted to be made anew. False: it cannot be yet.</summary>
    public Task<bool> SettleAsync(WorkloadId id, CancellationToken cancellationToken) =>
        id.Kind == WorkloadKind.Job ? owed.SettleAsync(id.Key, cancellationToken) : Task.FromResult(true);

    /// <summary>False: the workload is gone.</summary>
    public async Task<bool> ApplyAsync(ResourceType<Workload> type, SeenWorkload seen, ReloadDecision decision, CancellationToken cancellationToken)
    {
        if (decision.Changes.Count == 0)
        {
            bool there = !decision.Resume || await PatchAsync(type, seen, decision, cancellationToken);
            bool told = decision.Resume && decision.Record is not "";
            return there && (told || await RecordAsync(type, seen, decision, cancellationToken));
        }

        if (options.WebhookUrl.Length > 0)
        {
            await alerts.CallAsync(options.WebhookUrl, cancellationToken);
            return await RecordAsync(type, seen, decision, cancellationToken);
        }

        return seen.Id.Kind switch
        {
            WorkloadKind.CronJob => await jobs.RunNowAsync(type, seen, decision.Record ?? "", cancellationToken)
                && await RecordAsync(type, seen, decision, cancellationToken),
            WorkloadKind.Job => await jobs.MakeAnewAsync(seen, decision, cancellationToken),
            _ => await PatchAsync(type, seen, decision, cancellationToken),
        };
    }

    private async Task<bool> PatchAsync(ResourceType<Workload> type, SeenWorkload seen, ReloadDecision decision, CancellationToken cancellationToken) =>
        await api.PatchAsync(type, seen.Id.Key, PatchKind.Json, patches.Roll(seen, decision, time.GetUtcNow()), cancellationToken) is not null;

    private async Task<bool> RecordAsync(ResourceType<Workload> type, SeenWorkload seen, ReloadDecision decision, CancellationToken cancellationToken) =>
        decision.Record is not { } record
        || await api.PatchAsync(type, seen.Id.Key, PatchKind.Merge, ReloadPatch.RecordOnly(record), cancellationToken) is not null;
}
