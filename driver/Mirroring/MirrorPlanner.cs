using CsiSecrets.Kube.Secrets;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Mirroring;

/// <summary>Decides what is to be done with a Secret, from what is wanted and what was seen of it. Pure.</summary>
/// <param name="manager">The field manager of our applies.</param>
internal sealed class MirrorPlanner(string manager)
{
    /// <summary>Throws what <see cref="TargetRules"/> refuses.</summary>
    public MirrorPlan Plan(DesiredSecret want, ObservedSecret? seen)
    {
        if (seen is not null)
        {
            TargetRules.Check(want, seen);
        }

        Before before = Look(want, seen);
        var data = DataPlan.Of(want.Data, before.Others.Data(), before.FormerData(want), before.Live);
        bool frozen = seen is { Immutable: true } && data.Differs;
        data = frozen ? DataPlan.Frozen(before.Live) : data;
        if (!frozen)
        {
            TargetRules.CheckSize(want, data, before.Live);
        }

        var labels = MapPlan.Of(
            Labels(want), before.Others.Labels(), before.Former(before.Others.Labels(), static c => c.Labels, static o => o.Labels), seen?.Metadata.Labels);
        MapPlan annotations = Annotations(want, before, data, seen);
        bool differs = data.Differs || labels.Differs || annotations.Differs || OwnersDiffer(want, before, seen) || FinalizersDiffer(want, before, seen)
            || (want.Immutable && seen is { Immutable: false });
        var claims = new FieldClaims
        {
            Data = FieldClaims.Needed(data.Removed, before.Ours, before.Theirs, static (o, k) => o.WholeData || o.DataKeys.Contains(k)),
            Labels = FieldClaims.Needed(labels.Removed, before.Ours, before.Theirs, static (o, n) => o.Labels.Contains(n)),
            Annotations = FieldClaims.Needed(annotations.Removed, before.Ours, before.Theirs, static (o, n) => o.Annotations.Contains(n)),
            OwnerUids = FieldClaims.Needed(StaleOwners(want, seen), before.Ours, before.Theirs, static (o, n) => o.OwnerUids.Contains(n)),
        };
        return new MirrorPlan
        {
            Step = seen is null ? (want.Mode == MirrorMode.Merge ? MirrorStep.Wait : MirrorStep.Write) : differs ? MirrorStep.Write : MirrorStep.Nothing,
            Creates = seen is null,
            Adopts = seen is not null && want.Mode == MirrorMode.Replace && (seen.Metadata.Label(want.Style.Managed) != "true" || before.Mine.Data.Count > 0),
            Frozen = frozen,
            Type = want.Type.Length > 0 ? want.Type : seen?.Type ?? "Opaque",
            Immutable = want.Immutable || seen is { Immutable: true },
            Data = data,
            Labels = labels,
            Annotations = annotations,
            Owners = want.Owners,
            Finalizers = want.Finalizers,
            Claims = claims,
            Folds = claims.Any || before.Absorbed.Count > 0,
        };
    }

    /// <summary>Whether the managed fields' entry becomes ours with the first write: it is ours by another operation, or the peer's for the same contributor.</summary>
    public bool Absorbs(DesiredSecret want, string itsManager, string operation) =>
        operation != FieldOwner.Apply
        && (itsManager == manager
            || (want.Mode == MirrorMode.Replace
                ? itsManager.StartsWith(want.Style.PeerManagerPrefix, StringComparison.Ordinal)
                : Marks.IsPeerManagerOf(want.From.Name, itsManager)));

    private Before Look(DesiredSecret want, ObservedSecret? seen)
    {
        Contributions record = Contributions.Parse(seen?.Metadata.Annotation(Marks.Contributors));
        IReadOnlyList<FieldOwner> owners = seen?.Owners ?? [];
        return new Before
        {
            Record = record,
            Mine = record[want.From.Label],
            Others = record.Of(n => n != want.From.Label && (want.Mode != MirrorMode.Replace || want.Companions.Contains(n))),
            Ours = seen?.AppliedBy(manager),
            Absorbed = [.. owners.Where(o => Absorbs(want, o.Manager, o.Operation))],
            Theirs = [.. owners.Where(o => !o.IsApplyOf(manager) && !Absorbs(want, o.Manager, o.Operation))],
            Live = seen?.Data ?? DataDigest.Empty,
            IsNew = seen is null,
        };
    }

    private static IEnumerable<KeyValuePair<string, string>> Labels(DesiredSecret want)
    {
        IEnumerable<KeyValuePair<string, string>> all = Wanted(want, want.Labels).Where(l => l.Key != want.Style.Managed).Append(new(want.Style.Managed, "true"));
        return want.IsOwned ? all.Append(new(Marks.CreatedBy, Marks.CreatedByValue(want.From.Namespace, want.From.Name))) : all;
    }

    private static IEnumerable<KeyValuePair<string, string>> Wanted(DesiredSecret want, IReadOnlyDictionary<string, string> map) =>
        map.Where(p => !want.Style.Records || (!Marks.IsTracking(p.Key) && !Marks.IsOwn(p.Key)));

    private static MapPlan Annotations(DesiredSecret want, Before before, DataPlan data, ObservedSecret? seen)
    {
        if (!want.Style.Records)
        {
            return Map(Wanted(want, want.Annotations));
        }

        Contributions next = before.Others;
        foreach (string other in data.Contested.Count > 0 ? next.Names.ToArray() : [])
        {
            next = next.With(other, next[other] with { Data = [.. next[other].Data.Except(data.Contested)] });
        }

        next = next.With(want.From.Label, new Contribution
        {
            Data = want.Mode == MirrorMode.Replace ? [] : [.. want.Data.Names],
            Labels = [.. Wanted(want, want.Labels).Select(static p => p.Key)],
            Annotations = [.. Wanted(want, want.Annotations).Select(static p => p.Key)],
        });
        var wanted = Wanted(want, want.Annotations).ToDictionary();

        // Where the data changes, its new hash is known only once the body is written.
        wanted[Marks.DataHash] = data.Differs ? "" : before.Live.PeerHash;
        if (next.ToText() is { } text)
        {
            // What the peer wrote, and is right, is not written again for the record's sake.
            string? there = seen?.Metadata.Annotation(Marks.Contributors);
            wanted[Marks.Contributors] = text;
            if (there is null && !before.IsNew && before.Ours is null)
            {
                MapPlan without = Map(wanted.Where(static w => w.Key != Marks.Contributors));
                return without.Differs || data.Differs ? Map(wanted) : without with { Said = Map(wanted).Said };
            }
        }

        return Map(wanted);

        MapPlan Map(IEnumerable<KeyValuePair<string, string>> said) => MapPlan.Of(
            said,
            before.Others.Annotations(),
            before.Former(before.Others.Annotations(), static c => c.Annotations, static o => o.Annotations),
            seen?.Metadata.Annotations);
    }

    private static bool OwnersDiffer(DesiredSecret want, Before before, ObservedSecret? seen)
    {
        IReadOnlyList<OwnerReference> there = seen?.Metadata.OwnerReferences ?? [];
        return want.Owners.Any(w => !there.Any(t => Same(w, t))) || StaleOwners(want, seen).Any()
            || (before.Ours?.OwnerUids.Any(uid => !want.Owners.Any(w => w.Uid == uid)) ?? false);
    }

    // An older version of the same group is as good.
    private static bool Same(OwnerReference a, OwnerReference b) =>
        a.Uid == b.Uid && a.Kind == b.Kind && a.Name == b.Name && (a.Controller ?? false) == (b.Controller ?? false)
        && (a.BlockOwnerDeletion ?? false) == (b.BlockOwnerDeletion ?? false)
        && a.ApiVersion.Split('/')[0] == b.ApiVersion.Split('/')[0];

    /// <summary>References to this contributor that it does not want: to a former one of its name, or from before it stopped owning the Secret.</summary>
    private static IEnumerable<string> StaleOwners(DesiredSecret want, ObservedSecret? seen) =>
        (seen?.Metadata.OwnerReferences ?? []).Where(o => want.From.Is(o) && !want.Owners.Any(w => w.Uid == o.Uid)).Select(static o => o.Uid);

    private static bool FinalizersDiffer(DesiredSecret want, Before before, ObservedSecret? seen) =>
        want.Finalizers.Any(f => seen?.Metadata.Finalizers?.Contains(f) != true)
        || (before.Ours?.Finalizers.Any(f => !want.Finalizers.Contains(f) && seen?.Metadata.Finalizers?.Contains(f) == true) ?? false);

    /// <summary>What the Secret, its record and its managed fields say of the time before.</summary>
    private sealed record Before
    {
        public required Contributions Record { get; init; }

        public required Contribution Mine { get; init; }

        /// <summary>Whose contributions stay.</summary>
        public required Contributions Others { get; init; }

        public required FieldOwner? Ours { get; init; }

        public required IReadOnlyList<FieldOwner> Absorbed { get; init; }

        public required IReadOnlyList<FieldOwner> Theirs { get; init; }

        public required DataDigest Live { get; init; }

        public required bool IsNew { get; init; }

        public HashSet<string> FormerData(DesiredSecret want) => want.Mode == MirrorMode.Replace
            ? [.. Live.Keys]
            : Former(Record.Of(n => n != want.From.Label).Data(), static c => c.Data, static o => o.DataKeys);

        /// <summary>Names that this contributor has put there: by the record, by the peer's entries, or applied by us and nobody else's.</summary>
        public HashSet<string> Former(
            IReadOnlySet<string> others, Func<Contribution, IEnumerable<string>> recorded, Func<FieldOwner, IEnumerable<string>> owned) =>
            [.. recorded(Mine), .. Absorbed.SelectMany(owned), .. (Ours is null ? [] : owned(Ours)).Where(n => !others.Contains(n))];
    }
}
