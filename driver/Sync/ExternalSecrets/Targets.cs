using CsiSecrets.Kube.Secrets;
using CsiSecrets.Mirroring;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Resolution.ExternalSecrets;
using CsiSecrets.Sync.Objects;

namespace CsiSecrets.Sync.ExternalSecrets;

/// <summary>What an ExternalSecret writes: a Secret, or an object of another kind.</summary>
internal sealed class Targets(SyncCluster cluster, TargetWriter secrets, ObjectTargets objects, SyncDecider decider)
{
    /// <summary>Throws Unsupported for a target that may not be.</summary>
    public void Require(ExternalSecretPlan plan)
    {
        if (plan.Target.Manifest is not null)
        {
            objects.Require(plan);
        }
    }

    /// <summary>Due, drifted, or neither, by what is known of the target.</summary>
    public async Task<SyncDecision> DecideAsync(
        Model.Manifests.ExternalSecrets.ExternalSecret manifest, ExternalSecretPlan plan, SyncRecord record, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (plan.Target.Manifest is null)
        {
            ObservedSecret? seen = cluster.FindSecret(DesiredTarget.Key(plan));
            return decider.Decide(manifest, plan, record, seen is null, () => decider.DriftOf(plan, record, seen), now);
        }

        Kube.Objects.ObservedObject? one = await objects.FindAsync(plan, cancellationToken);
        DriftVerdict drift = await objects.JudgeAsync(plan, record.AppliedFields, one, cancellationToken);
        return decider.Decide(manifest, plan, record, one is null, () => drift, now);
    }

    public async Task<MirrorResult> WriteAsync(ExternalSecretPlan plan, RenderedTarget rendered, SyncRecord record, CancellationToken cancellationToken)
    {
        MirrorResult result = plan.Target.Manifest is null
            ? await secrets.WriteAsync(plan, rendered, cancellationToken)
            : await objects.WriteAsync(plan, rendered, record.AppliedFields, cancellationToken);
        record.Note(result);
        return result;
    }

    /// <summary>Deletes the target if the ExternalSecret owns it. False when there was nothing to delete.</summary>
    public async Task<bool> DeleteAsync(ExternalSecretPlan plan, SyncRecord record, CancellationToken cancellationToken)
    {
        bool deleted = plan.Target.Manifest is null ? await secrets.DeleteAsync(plan, cancellationToken) : await objects.DeleteAsync(plan, cancellationToken);
        record.Note(null);
        return deleted;
    }

    /// <summary>Removes what the ExternalSecret owned under another name or kind; returns how many.</summary>
    public async Task<int> RemoveLeftoversAsync(ExternalSecretPlan plan, CancellationToken cancellationToken) =>
        await secrets.RemoveLeftoversAsync(plan, cancellationToken) + await objects.RemoveLeftoversAsync(plan, cancellationToken);

    /// <summary>The ExternalSecret is gone.</summary>
    public void Forget(ObjectKey externalSecret) => objects.Forget(externalSecret);
}
