using CsiSecrets.Kube.Secrets;
using CsiSecrets.Mirroring;
using CsiSecrets.Model.Manifests.ExternalSecrets;
using CsiSecrets.Model.PeerWords;
using CsiSecrets.Resolution.ExternalSecrets;

namespace CsiSecrets.Sync.ExternalSecrets;

/// <summary>Due, drifted, or neither. Pure, but for the ledger of fights.</summary>
internal sealed class SyncDecider(SyncOptions options, FightLedger fights)
{
    public SyncDecision Decide(
        ExternalSecret manifest, ExternalSecretPlan plan, SyncRecord record, ObservedSecret? seen, DateTimeOffset now)
    {
        RefreshDecision refresh = RefreshPlan.Decide(plan, manifest.Status, now);
        if (refresh.IsDue)
        {
            return new SyncDecision(SyncStep.Refresh, refresh, DriftVerdict.None);
        }

        DriftVerdict drift = DriftOf(manifest, plan, record, seen);
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
            FightVerdict fight = fights.Repairing(DesiredTarget.Key(plan), drift);
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

    private DriftVerdict DriftOf(ExternalSecret manifest, ExternalSecretPlan plan, SyncRecord record, ObservedSecret? seen)
    {
        if (plan.Target.Manifest is not null || (seen is null && HasNoTarget(manifest, plan, record)))
        {
            return DriftVerdict.None;
        }

        return record.Applied is { } last && last.Key == DesiredTarget.Key(plan)
            ? Drift.Judge(last, seen)
            : Drift.Judge(
                DesiredTarget.From(plan), DesiredTarget.Mode(plan.Target.Creation), DesiredTarget.Owners(plan), options.FieldManager, seen);
    }

    /// <summary>The last sync said that there is no Secret, or that it made none.</summary>
    private static bool HasNoTarget(ExternalSecret manifest, ExternalSecretPlan plan, SyncRecord record)
    {
        StatusCondition? ready = Conditions.ReadyOf(manifest.Status?.Conditions ?? []);
        return (plan.Target.Creation == CreationPolicy.Merge && record.Applied is null)
            || ready?.Reason is ExternalSecretsWords.SecretDeleted or ExternalSecretsWords.SecretMissing
            || ready?.Message == ExternalSecretsWords.Retained;
    }
}
