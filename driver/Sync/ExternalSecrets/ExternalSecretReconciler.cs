using CsiSecrets.Mirroring;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Model.Manifests.ExternalSecrets;
using CsiSecrets.Model.PeerWords;
using CsiSecrets.Resolution.ExternalSecrets;

namespace CsiSecrets.Sync.ExternalSecrets;

/// <summary>
/// One look at an ExternalSecret.
/// <list type="number">
/// <item>Read the manifest. What another controller serves, and what only volumes use, ends here.</item>
/// <item>Decide: a refresh is due, the Secret drifted, or nothing.</item>
/// <item>Resolve; a repair takes the values that are held, as long as they are fresh.</item>
/// <item>Render.</item>
/// <item>Mirror: the one step that writes the target, a Secret as a rule.</item>
/// <item>Tell: the status and the events, returned to the shell.</item>
/// </list>
/// No failure empties or deletes a Secret; only absence that the provider states does, where the deletion policy says so.
/// </summary>
internal sealed class ExternalSecretReconciler(
    ControllerStores stores, ExternalSecretResolver resolver, TargetRender render, Targets targets, SyncParts parts)
{
    public async Task<SyncOutcome> ReconcileAsync(ExternalSecret manifest, SyncRecord record, CancellationToken cancellationToken)
    {
        ExternalSecretPlan? plan = null;
        bool writing = false;
        try
        {
            plan = ExternalSecretReader.Read(manifest); // 1
            if (stores.IsSomebodyElses(plan))
            {
                return SyncOutcome.Nothing;
            }

            if (plan.Target.Creation == CreationPolicy.None)
            {
                return await OnlyVolumesAsync(manifest, plan, cancellationToken);
            }

            targets.Require(plan);
            SyncDecision decision = await targets.DecideAsync(manifest, plan, record, Now, cancellationToken); // 2
            if (decision.Step is not (SyncStep.Refresh or SyncStep.Repair))
            {
                return Rest(manifest, plan, record, decision);
            }

            RefuseGenerators(plan);
            if (!IsHeld(plan, record, decision) && stores.IsToBeValidated(plan))
            {
                return SyncOutcome.Waiting;
            }

            SyncValues values = await ValuesAsync(plan, record, decision, cancellationToken); // 3, 4
            writing = true;
            return values.Rendered is null
                ? await AbsentAsync(manifest, plan, record, values, cancellationToken)
                : await MirrorAsync(manifest, plan, record, decision, values, cancellationToken); // 5, 6
        }
        catch (SecretsException e)
        {
            return Failed(manifest, plan, e, writing);
        }
    }

    /// <summary>The ExternalSecret is gone.</summary>
    public void Forget(ObjectKey externalSecret) => targets.Forget(externalSecret);

    private static readonly TimeSpan LookForTarget = TimeSpan.FromMinutes(1);

    private DateTimeOffset Now => parts.Time.GetUtcNow();

    /// <summary>Checked, never fetched for.</summary>
    private async Task<SyncOutcome> OnlyVolumesAsync(ExternalSecret manifest, ExternalSecretPlan plan, CancellationToken cancellationToken)
    {
        await targets.RemoveLeftoversAsync(plan, cancellationToken);
        ExternalSecretStatus status = SyncStatus.Said(manifest, true, ExternalSecretsWords.SecretSynced, ExternalSecretsWords.UsedByVolumes, Now);
        return new SyncOutcome { Status = SyncStatus.IfNews(manifest, status) };
    }

    /// <summary>Nothing is due.</summary>
    private SyncOutcome Rest(ExternalSecret manifest, ExternalSecretPlan plan, SyncRecord record, SyncDecision decision)
    {
        StatusCondition? ready = Conditions.ReadyOf(manifest.Status?.Conditions ?? []);
        if (decision.Step == SyncStep.Nothing && SyncTelling.IsFailedFetch(ready))
        {
            // A refresh failed, and the sync windows have closed since: that it failed is still so.
            return new SyncOutcome { Again = decision.Refresh.Next - Now };
        }

        string message = decision.Step switch
        {
            SyncStep.LeaveDrift => SyncTelling.Drift(plan, decision.Drift),
            SyncStep.WaitToRepair => $"could not update secret: {record.Fight}",
            _ when ready?.Status == "True" && !IsOldNews(ready.Message) => ready.Message ?? "",
            _ => ExternalSecretsWords.Synced,
        };
        bool fine = decision.Step != SyncStep.WaitToRepair;
        string reason = !fine ? TargetWords.Of(plan).Error : ready?.Status == "True" && ready.Reason is { } old ? old : TargetWords.Of(plan).Synced;
        ExternalSecretStatus? status = SyncStatus.IfNews(manifest, SyncStatus.Said(manifest, fine, reason, message, Now));
        TimeSpan? again = decision.Step == SyncStep.WaitToRepair ? record.RepairAt - Now : decision.Refresh.Next - Now;
        return new SyncOutcome
        {
            Status = status,
            Events = !fine && status is not null ? [SyncTelling.Event(manifest, ExternalSecretsWords.EventFailed, message, warning: true)] : [],
            Again = again < TimeSpan.Zero ? TimeSpan.Zero : again,
            Drifted = decision.Step is SyncStep.LeaveDrift or SyncStep.WaitToRepair,
        };
    }

    /// <summary>A drift that was told, and is gone.</summary>
    private static bool IsOldNews(string? message) => message?.StartsWith(ExternalSecretsWords.Synced + ": ", StringComparison.Ordinal) == true;

    private static bool IsKnown(ExternalSecretPlan plan, SyncRecord record) => record.PlanVersion == SyncedVersion.Of(plan) && record.Held is not null;

    /// <summary>A repair that needs no provider, and so no store.</summary>
    private bool IsHeld(ExternalSecretPlan plan, SyncRecord record, SyncDecision decision) => decision.Step == SyncStep.Repair && IsKnown(plan, record)
        && (plan.Refresh.Interval == TimeSpan.Zero || Now - record.HeldAt < plan.Refresh.Interval);

    /// <summary>What the target should hold; null where the provider has nothing at all for it.</summary>
    private async Task<SyncValues> ValuesAsync(
        ExternalSecretPlan plan, SyncRecord record, SyncDecision decision, CancellationToken cancellationToken)
    {
        string version = SyncedVersion.Of(plan);
        if (IsHeld(plan, record, decision))
        {
            return new SyncValues(record.Held, [], version, record.Versions);
        }

        // A template that refers to objects of the cluster is rendered again at each refresh: it may have changed while the values did not.
        bool skip = IsKnown(plan, record) && plan.Target.Template is not { References.Count: > 0 };
        TimeSpan maxAge = decision.Refresh.Cause == RefreshCause.Changed ? TimeSpan.Zero : parts.Options.SharedAge;
        using ResolvedValues values = await resolver.ResolveAsync(
            plan,
            (store, token) => stores.OpenAsync(store, plan.Key.Namespace, token),
            skip ? record.Versions : KnownVersions.None,
            maxAge,
            cancellationToken);
        if (values.Unchanged)
        {
            record.Confirm(Now);
            return new SyncValues(record.Held, values.Missing, version, record.Versions);
        }

        if (values.Values!.Count == 0)
        {
            parts.Held.LetGo(record);
            return new SyncValues(null, values.Missing, version, values.Applied);
        }

        RenderedTarget rendered = await render.RenderAsync(plan, values.Values, cancellationToken);
        return new SyncValues(rendered, values.Missing, version, values.Applied);
    }

    private async Task<SyncOutcome> MirrorAsync(
        ExternalSecret manifest,
        ExternalSecretPlan plan,
        SyncRecord record,
        SyncDecision decision,
        SyncValues values,
        CancellationToken cancellationToken)
    {
        RenderedTarget rendered = values.Rendered!;
        var words = TargetWords.Of(plan);
        bool owned = ReferenceEquals(rendered, record.Held);
        try
        {
            MirrorResult result = await parts.Writes.RunAsync(
                record.Lane, () => targets.WriteAsync(plan, rendered, record, cancellationToken), cancellationToken);
            owned = owned || parts.Held.TryHold(record, values, Now);
            int removed = await targets.RemoveLeftoversAsync(plan, cancellationToken);
            bool absent = result.Outcome == MirrorOutcome.TargetMissing;
            (string reason, string message) = absent
                ? (words.Missing, words.NotCreated)
                : (words.Synced, ExternalSecretsWords.Synced);
            SyncOutcome told = absent && IsRefreshedOnce(plan) ? Waits(manifest, reason, message) : Told(manifest, plan, decision, reason, message);
            return told with
            {
                Repaired = decision.Step == SyncStep.Repair && result.Outcome is (MirrorOutcome.Created or MirrorOutcome.Updated or MirrorOutcome.Adopted),
                Events =
                [
                    .. SyncTelling.Of(manifest, words, result), .. SyncTelling.Of(manifest, values.Missing),
                    .. removed > 0 ? (SyncEvent[])[SyncTelling.Event(manifest, ExternalSecretsWords.EventDeleted, words.OrphanedEvent)] : [],
                ],
            };
        }
        finally
        {
            if (!owned)
            {
                rendered.Dispose();
            }
        }
    }

    /// <summary>The provider says that none of it exists.</summary>
    private async Task<SyncOutcome> AbsentAsync(
        ExternalSecret manifest, ExternalSecretPlan plan, SyncRecord record, SyncValues values, CancellationToken cancellationToken)
    {
        var due = new SyncDecision(SyncStep.Refresh, new RefreshDecision(RefreshCause.Interval, null), DriftVerdict.None);
        var words = TargetWords.Of(plan);
        List<SyncEvent> events = [.. SyncTelling.Of(manifest, values.Missing)];
        switch (plan.Target.Deletion)
        {
            case DeletionPolicy.Delete:
                bool deleted = await targets.DeleteAsync(plan, record, cancellationToken);
                events.AddRange(deleted ? [SyncTelling.Event(manifest, ExternalSecretsWords.EventDeleted, words.DeletedEvent)] : []);
                return Told(manifest, plan, due, words.Deleted, ExternalSecretsWords.Deleted) with { Events = events };
            case DeletionPolicy.Merge:
                var empty = new RenderedTarget { Labels = new Dictionary<string, string>(), Annotations = new Dictionary<string, string>(), Finalizers = [], Data = new SecretSet() };
                return await MirrorAsync(manifest, plan, record, due, values with { Rendered = empty }, cancellationToken);
            default:
                return Told(manifest, plan, due, words.Synced, ExternalSecretsWords.Retained) with { Events = events };
        }
    }

    private SyncOutcome Told(ExternalSecret manifest, ExternalSecretPlan plan, SyncDecision decision, string reason, string message)
    {
        DateTimeOffset now = Now;
        ExternalSecretStatus next = decision.Step == SyncStep.Refresh
            ? SyncStatus.Synced(manifest, plan, reason, message, now)
            : SyncStatus.Said(manifest, true, reason, message, now);
        TimeSpan? again = RefreshPlan.Decide(plan, next, now).Next - now;
        return new SyncOutcome { Status = SyncStatus.IfNews(manifest, next), Again = again, Synced = true };
    }

    private static bool IsRefreshedOnce(ExternalSecretPlan plan) => plan.Refresh.Policy != RefreshPolicy.Periodic || plan.Refresh.Interval == TimeSpan.Zero;

    /// <summary>No refresh by the clock would find the target once it is there: it does not count as synced yet.</summary>
    private SyncOutcome Waits(ExternalSecret manifest, string reason, string message) => new()
    {
        Status = SyncStatus.IfNews(manifest, SyncStatus.Said(manifest, true, reason, message, Now)),
        Again = LookForTarget,
        Synced = true,
    };

    private SyncOutcome Failed(ExternalSecret manifest, ExternalSecretPlan? plan, SecretsException e, bool writing)
    {
        (string reason, string message) = SyncTelling.Of(plan, e, writing);
        ExternalSecretStatus? status = SyncStatus.IfNews(manifest, SyncStatus.Said(manifest, false, reason, message, Now));
        return new SyncOutcome
        {
            Status = status,
            Events = [SyncTelling.Event(manifest, ExternalSecretsWords.EventFailed, message, warning: true)],
            Retry = !SyncTelling.IsFinal(e.Reason),
            Synced = true,
            Failed = true,
            Logged = e.Logged,
        };
    }

    private static void RefuseGenerators(ExternalSecretPlan plan)
    {
        if (plan.Generators.Count > 0)
        {
            throw new SecretsException(
                FailureReason.Unsupported,
                $"{plan.Subject}: {plan.Generators[0].Path}",
                $"this version has no generators ({plan.Generators[0].Kind} {plan.Generators[0].Name})",
                "the Secret is left as it is");
        }
    }
}
