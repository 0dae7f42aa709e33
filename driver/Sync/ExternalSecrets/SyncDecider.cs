using CsiSecrets.Kube.Secrets;
using CsiSecrets.Mirroring;
using CsiSecrets.Model.Manifests.ExternalSecrets;
using CsiSecrets.Model.PeerWords;
using CsiSecrets.Resolution.ExternalSecrets;

namespace CsiSecrets.Sync.ExternalSecrets;

/// <summary>Due, drifted, or neither. Pure, but for the ledger of fights.</summary>
internal sealed class SyncDecider(SyncOptions options, FightLedger fights)
{
    /// <param name="manifest">The ExternalSecret.</param>
    /// <param name="plan">What was read of it.</param>
    /// <param name="record">What is remembered of it.</param>
    /// <param name="absent">Whether the target is not known.</param>
    /// <param name="judge">How the target differs.</param>
    /// <param name="now">The time.</param>
    public SyncDecision Decide(
        ExternalSecret manifest, ExternalSecretPlan plan, SyncRecord record, bool absent, Func<DriftVerdict> judge, DateTimeOffset now)
    {
        RefreshDecision refresh = RefreshPlan.Decide(plan, manifest.Status, now);
        if (refresh.IsDue)
        {
            return new SyncDecision(SyncStep.Refresh, refresh, DriftVerdict.None);
        }

        DriftVerdict drift = absent && HasNoTarget(manifest, plan, record) ? DriftVerdict.None : judge();
        if (drift.Kind == DriftKind.None)
        {
            record.Fight = null;
            return new SyncDecision(SyncStep.Nothing, refresh, drift);
        }

        if (IsLeft(plan, drift))
        {
            return new SyncDecision(SyncStep.LeaveDrift, refresh, drift);
        }

        // Beyond any wait of a fight: the clock was set back.
        if (record.RepairAt > now && record.RepairAt - now <= FightLedger.LongestWait)
        {
            return new SyncDecision(SyncStep.WaitToRepair, refresh, drift);
        }

        if (record.RepairAt == default)
        {
            FightVerdict fight = fights.Repairing($"{TargetWords.Of(plan).Kind} {DesiredTarget.Key(plan)}", drift);
            record.Fight = fight.Message;
            if (fight.Wait > TimeSpan.Zero)
            {
                record.RepairAt = now + fight.Wait;
                return new SyncDecision(SyncStep.WaitToRepair, refresh, drift);
            }
        }

        record.RepairAt = default;
        return new SyncDecision(SyncStep.Repair, refresh, drift);
    }

    /// <summary>At interval 0 edits stay, and what is deleted comes back. An Orphan that is not refreshed by the clock is left to whoever has it, as the
    /// peer publishes it.</summary>
    private bool IsLeft(ExternalSecretPlan plan, DriftVerdict drift) => plan.Refresh.Policy == RefreshPolicy.Periodic
        ? plan.Refresh.Interval == TimeSpan.Zero && drift.Kind != DriftKind.Missing && !options.RepairAtZero
        : plan.Target.Creation == CreationPolicy.Orphan;

    /// <summary>How a Secret differs.</summary>
    public DriftVerdict DriftOf(ExternalSecretPlan plan, SyncRecord record, ObservedSecret? seen) =>
        record.Applied is { } last && last.Key == DesiredTarget.Key(plan)
            ? Drift.Judge(last, seen)
            : Drift.Judge(
                DesiredTarget.From(plan), DesiredTarget.Mode(plan.Target.Creation), DesiredTarget.Owners(plan), options.FieldManager, seen);

    /// <summary>The last sync said that there is no target, or that it made none.</summary>
    private static bool HasNoTarget(ExternalSecret manifest, ExternalSecretPlan plan, SyncRecord record)
    {
        StatusCondition? ready = Conditions.ReadyOf(manifest.Status?.Conditions ?? []);
        return (plan.Target.Creation == CreationPolicy.Merge && record.Applied is null && record.AppliedFields is null)
            || ready?.Reason is ExternalSecretsWords.SecretDeleted or ExternalSecretsWords.SecretMissing
                or ExternalSecretsWords.ResourceDeleted or ExternalSecretsWords.ResourceMissing
            || ready?.Message == ExternalSecretsWords.Retained;
    }
}
