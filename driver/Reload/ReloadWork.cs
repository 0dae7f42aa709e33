using System.Collections.Concurrent;
using CsiSecrets.Kube.Work;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Reload.Decisions;
using CsiSecrets.Reload.Workloads;

namespace CsiSecrets.Reload;

/// <summary>One workload after another: decided, written, told.</summary>
internal sealed class ReloadWork(ReloadTerm term, ReloadDecider decider, Reloading reloading, RecordKey key, ReloadShell shell)
{
    /// <summary>
    /// What was written last, for each workload's UID. It counts before the annotation: the watch may be behind, and a rollback to an
    /// earlier revision brings an earlier annotation back.
    /// </summary>
    private readonly ConcurrentDictionary<WorkloadId, (string Uid, string Record)> written = new();

    public async Task WorkAsync(WorkloadId id, CancellationToken cancellationToken)
    {
        if (!await IsSettledAsync(id, cancellationToken))
        {
            return;
        }

        long heard = term.Tally.Now;
        if (term.Workloads.Find(id) is not { } seen || term.Watches.TypeOf(id.Kind) is not { } type)
        {
            written.TryRemove(id, out _);
            term.Queue.Succeeded(id); // and what came meanwhile comes: one of the same name may have been made
            term.Tally.Looked(id, heard);
            return;
        }

        if (!term.Watches.IsSelected(seen.Namespace))
        {
            term.Tally.Looked(id, heard);
            return;
        }

        Complain(seen);
        long began = shell.Time.GetTimestamp();
        ReloadDecision decision = decider.Decide(seen, term.Sources.Of(seen.Namespace), RecordOf(seen), shell.Time.GetUtcNow());
        shell.Meters.Scanned(id.Kind.ToString(), decision.Changes.Count > 0);
        try
        {
            if (decision is { Changes: [], Record: null, Resume: false } || await reloading.ApplyAsync(type, seen, decision, cancellationToken))
            {
                Keep(seen, decision.Record);
                term.Tally.Looked(id, heard);
                Done(seen, decision, shell.Time.GetElapsedTime(began).TotalSeconds);
                await TellAsync(seen, decision, cancellationToken);
            }
        }
        catch (SecretsException e)
        {
            Failed(seen, decision, e, shell.Time.GetElapsedTime(began).TotalSeconds);
        }
    }

    /// <summary>Ends what was begun with a Job, by this process or a former one.</summary>
    private async Task<bool> IsSettledAsync(WorkloadId id, CancellationToken cancellationToken)
    {
        try
        {
            if (await reloading.SettleAsync(id, cancellationToken))
            {
                return true;
            }
        }
        catch (SecretsException e)
        {
            ReloadLog.Failed(shell.Log, $"{id}: {e.Message}");
        }

        shell.Meters.Retried();
        term.Queue.AddAfterFailure(id, WorkLane.Repair);
        return false;
    }

    private ReloadRecord? RecordOf(SeenWorkload seen)
    {
        string? text = written.TryGetValue(seen.Id, out (string Uid, string Record) last) && last.Uid == seen.Workload.Metadata.Uid
            ? last.Record
            : seen.Workload.Metadata.Annotation(AnnotationNames.Record);
        return ReloadRecord.Read(text, key.Id);
    }

    private void Keep(SeenWorkload seen, string? record)
    {
        if (record is { Length: > 0 } && seen.Id.Kind != WorkloadKind.Job)
        {
            written[seen.Id] = (seen.Workload.Metadata.Uid, record);
        }
        else if (record is not null)
        {
            written.TryRemove(seen.Id, out _);
        }
    }

    private void Done(SeenWorkload seen, ReloadDecision decision, double seconds)
    {
        shell.Meters.Reconciled(success: true, seconds);
        term.Queue.Succeeded(seen.Id);
        if (decision.Again is { } later)
        {
            term.Queue.AddAfter(seen.Id, WorkLane.Routine, later);
        }

        if (decision.Changes.Count > 0)
        {
            shell.Meters.Reloaded(seen.Id.Kind.ToString(), seen.Namespace, success: true, seconds);
        }
    }

    private async Task TellAsync(SeenWorkload seen, ReloadDecision decision, CancellationToken cancellationToken)
    {
        if (decision.Changes.Count == 0)
        {
            return;
        }

        string ns = seen.Namespace;
        string sources = string.Join(", ", decision.Changes.Select(static c => $"'{c.Source.Name}' of type '{c.Source.Word}'"));
        string message = $"Changes detected in {sources} in namespace '{ns}', Updated '{seen.Id.Key.Name}' of type '{seen.Id.Kind}' in namespace '{ns}'";
        ReloadLog.Reloaded(shell.Log, message);
        shell.Events.Write($"{seen.Id}/{decision.Record}", About(seen), "Reloaded", message, warning: false);
        string starred = string.Join(", ", decision.Changes.Select(static c => $"*{c.Source.Name}* of type *{c.Source.Word}*"));
        try
        {
            await shell.Alerts.TellAsync(
                $"Reloader detected changes in {starred} in namespace *{ns}*. Hence reloaded *{seen.Id.Key.Name}* of type *{seen.Id.Kind}* in namespace *{ns}*",
                cancellationToken);
        }
        catch (SecretsException e)
        {
            ReloadLog.Failed(shell.Log, e.Message);
            shell.Meters.Error("alert");
        }
    }

    private void Failed(SeenWorkload seen, ReloadDecision decision, SecretsException e, double seconds)
    {
        shell.Meters.Retried();
        shell.Meters.Reconciled(success: false, seconds);
        term.Queue.AddAfterFailure(seen.Id, WorkLane.Repair);
        if (e.Reason == FailureReason.KubernetesConflict)
        {
            // Somebody else wrote it meanwhile: the watch brings the newer one.
            return;
        }

        shell.Meters.Error(decision.Changes.Count > 0 ? "reload" : "record");
        ReloadLog.Failed(shell.Log, $"{seen.Id}: {e.Message}");
        if (decision.Changes.Count > 0)
        {
            shell.Meters.Reloaded(seen.Id.Kind.ToString(), seen.Namespace, success: false, seconds);
            string message = $"Update for '{seen.Id.Key.Name}' of type '{seen.Id.Kind}' in namespace '{seen.Namespace}' failed with error {e.Message}";
            shell.Events.Write(seen.Id.ToString(), About(seen), "ReloadFail", message, warning: true);
        }
    }

    private void Complain(SeenWorkload seen)
    {
        foreach (string problem in seen.Wishes.Problems)
        {
            shell.Events.Write($"{seen.Id}/{problem}", About(seen), "ReloadFail", $"{seen.Id}: {problem}", warning: true);
        }
    }

    private ObjectReference About(SeenWorkload seen) => new()
    {
        ApiVersion = term.Watches.TypeOf(seen.Id.Kind)?.ApiVersion,
        Kind = seen.Id.Kind.ToString(),
        Namespace = seen.Namespace,
        Name = seen.Id.Key.Name,
        Uid = seen.Workload.Metadata.Uid,
    };
}
