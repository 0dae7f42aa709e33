using CsiSecrets.Kube;
using CsiSecrets.Kube.Secrets;
using CsiSecrets.Model;

namespace CsiSecrets.Mirroring;

/// <summary>
/// Makes a Secret what its contributors want, by server-side apply under one field manager.
/// <list type="number">
/// <item>decide what differs; nothing: no call at all</item>
/// <item>read the Secret whole, only where its own values or managed fields are needed for the write</item>
/// <item>where fields are to go that an apply would leave, make them ours: a patch of the managed fields alone, which changes no content</item>
/// <item>apply: the one call that changes content, whole or not at all</item>
/// </list>
/// Every call holds for the version that was decided on; a conflict reads the Secret and decides again. For one Secret one call at a time.
/// </summary>
/// <param name="api">The API server.</param>
/// <param name="manager">The field manager.</param>
/// <param name="time">Clock.</param>
internal sealed class SecretMirror(IKubeApi api, string manager, TimeProvider time)
{
    private const int Attempts = 5;
    private readonly MirrorPlanner planner = new(manager);

    /// <summary>Throws what <see cref="TargetRules"/> refuses, and the API server's own refusals.</summary>
    /// <param name="want">What is wanted; still the caller's.</param>
    /// <param name="observed">What a watch knows of the Secret; null when that is nothing.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<MirrorResult> ApplyAsync(DesiredSecret want, ObservedSecret? observed, CancellationToken cancellationToken)
    {
        var target = new Target { Seen = observed };
        try
        {
            for (int attempt = 1; ; attempt++)
            {
                try
                {
                    return await TryAsync(want, target, cancellationToken);
                }
                catch (SecretsException e) when (attempt < Attempts && e.Reason == FailureReason.KubernetesConflict && !IsDeleting(target))
                {
                    bool wasNew = target.Seen is null;
                    await ReadAsync(want, target, cancellationToken);

                    // A server that takes the version of an object that is to be new for a conflict: what was read is as good.
                    target.AnyVersion = wasNew && target.Seen is null;
                }
            }
        }
        finally
        {
            target.Live?.Dispose();
        }
    }

    private static bool IsDeleting(Target target) => target.Seen?.Metadata.DeletionTimestamp is not null;

    private async Task<MirrorResult> TryAsync(DesiredSecret want, Target target, CancellationToken cancellationToken)
    {
        // 1
        MirrorPlan plan = planner.Plan(want, target.Seen);

        // 2: a Secret without the label is not watched, so that it must be looked for.
        if (target.Live is null && (plan.NeedsLive || (plan.Step == MirrorStep.Wait && !target.WasRead)))
        {
            await ReadAsync(want, target, cancellationToken);
            plan = planner.Plan(want, target.Seen);
        }

        if (plan.Step == MirrorStep.Wait)
        {
            return new MirrorResult { Outcome = MirrorOutcome.TargetMissing };
        }

        ObservedSecret? now = target.Seen;
        if (plan.Step == MirrorStep.Write)
        {
            // 3
            string version = await FoldAsync(want, plan, target, cancellationToken);

            // 4
            using ClearedBuffer body = SecretBody.Write(want, plan, target.Live?.Values, version);
            now = await api.ApplyBodyAsync(SecretTypes.Observed, want.Key, body.Written, manager, cancellationToken);
        }

        return plan.Frozen ? throw TargetRules.Frozen(want) : Result(want, plan, now!);
    }

    private async Task<string> FoldAsync(DesiredSecret want, MirrorPlan plan, Target target, CancellationToken cancellationToken)
    {
        if (plan.Creates)
        {
            return target.AnyVersion ? "" : SecretBody.MustBeNew;
        }

        string version = target.Seen!.Metadata.ResourceVersion;
        if (!plan.Folds)
        {
            return version;
        }

        byte[] patch = ManagedFieldsFold.Patch(
            target.Live!.ManagedFields, version, manager, (name, operation) => planner.Absorbs(want, name, operation), plan.Claims, time.GetUtcNow());
        ObservedSecret? folded = await api.PatchAsync(SecretTypes.Observed, want.Key, PatchKind.Json, patch, cancellationToken);
        return folded?.Metadata.ResourceVersion
            ?? throw new SecretsException(FailureReason.KubernetesConflict, $"{want}", "it was deleted meanwhile", "");
    }

    private async Task ReadAsync(DesiredSecret want, Target target, CancellationToken cancellationToken)
    {
        target.Live?.Dispose();
        target.Live = null;
        target.Live = await api.GetAsync(SecretTypes.Live, want.Key, cancellationToken);
        target.Seen = target.Live?.Observed;
        target.WasRead = true;
    }

    private MirrorResult Result(DesiredSecret want, MirrorPlan plan, ObservedSecret now) => new()
    {
        Outcome = plan.Step == MirrorStep.Nothing ? MirrorOutcome.Unchanged
            : plan.Creates ? MirrorOutcome.Created
            : plan.Adopts ? MirrorOutcome.Adopted
            : MirrorOutcome.Updated,
        Secret = now,
        Applied = new AppliedSecret
        {
            Key = want.Key,
            ResourceVersion = now.Metadata.ResourceVersion,
            From = want.From,
            Mode = want.Mode,
            Manager = manager,
            Type = now.Type,
            Data = now.Data,
            Keys = want.Mode == MirrorMode.Replace ? null : [.. want.Data.Names],
            Labels = Said(plan.Labels, now.Metadata.Labels, want.Labels, want.Style),
            Annotations = Said(plan.Annotations, now.Metadata.Annotations, want.Annotations, want.Style),
            Owners = want.Owners,
            Finalizers = want.Finalizers,
        },
        Added = plan.Data.Added,
        Replaced = plan.Data.Replaced,
        Removed = plan.Data.Removed,
        Contested = plan.Data.Contested,
    };

    /// <summary>This contributor's part of what was said, and the marks.</summary>
    private static CompactMap Said(MapPlan said, IReadOnlyDictionary<string, string>? now, IReadOnlyDictionary<string, string> wanted, MirrorStyle style) =>
        CompactMap.Of((now ?? CompactMap.Empty).Where(p => said.Said.ContainsKey(p.Key) && (wanted.ContainsKey(p.Key) || p.Key == style.Managed || p.Key == Marks.CreatedBy)));

    /// <summary>What is known of the Secret during one call.</summary>
    private sealed class Target
    {
        public ObservedSecret? Seen { get; set; }

        public LiveSecret? Live { get; set; }

        public bool WasRead { get; set; }

        public bool AnyVersion { get; set; }
    }
}
