using CsiSecrets.Kube.Secrets;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Mirroring;

/// <summary>Whether a Secret is still what was applied. Pure: who asks decides what becomes of it, by the policies of the manifest.</summary>
internal static class Drift
{
    /// <summary>Against what this process applied last. Foreign labels and annotations are nobody's business, under Merge foreign keys, too.</summary>
    public static DriftVerdict Judge(AppliedSecret last, ObservedSecret? seen)
    {
        if (seen is null)
        {
            return new DriftVerdict { Kind = DriftKind.Missing, Fields = ["metadata"] };
        }

        if (seen.Metadata.DeletionTimestamp is not null)
        {
            return DriftVerdict.None;
        }

        if (seen.Type != last.Type)
        {
            return Verdict(DriftKind.Blocked, ["type"], seen, last.Manager);
        }

        if (seen.Controller is { } controller && !last.From.Is(controller) && !last.Owners.Any(o => o.Uid == controller.Uid))
        {
            return Verdict(DriftKind.Blocked, ["metadata.ownerReferences"], seen, last.Manager);
        }

        var fields = new List<string>();
        IEnumerable<string> keys = last.Keys ?? last.Data.Keys;
        fields.AddRange(keys.Where(k => seen.Data.Find(k) != last.Data.Find(k)).Select(static k => $"data.{k}"));
        if (last.Keys is null)
        {
            IReadOnlySet<string> shared = Contributions.Parse(seen.Metadata.Annotation(Marks.Contributors)).Of(n => n != last.From.Label).Data();
            fields.AddRange(seen.Data.Keys.Where(k => !last.Data.Has(k) && !shared.Contains(k)).Select(static k => $"data.{k}"));
            fields.AddRange(DataHashField(seen));
        }

        fields.AddRange(Changed("labels", last.Labels, seen.Metadata.Labels));
        fields.AddRange(Changed("annotations", last.Annotations, seen.Metadata.Annotations));
        fields.AddRange(last.Owners.Any(o => !HasOwner(seen, o)) ? ["metadata.ownerReferences"] : []);
        fields.AddRange(last.Finalizers.Any(f => seen.Metadata.Finalizers?.Contains(f) != true) ? ["metadata.finalizers"] : []);
        return fields.Count == 0 ? DriftVerdict.None : Verdict(DriftKind.Repair, fields, seen, last.Manager, last.From.Label);
    }

    /// <summary>
    /// Before this process has applied anything: by the hash of the data, and by our apply's entry in the managed fields, which loses a field
    /// to whoever changes it. Of an object that only the peer has written there is the hash alone.
    /// </summary>
    /// <param name="from">The contributor.</param>
    /// <param name="mode">Its mode.</param>
    /// <param name="owners">The owner references that it wants.</param>
    /// <param name="manager">The field manager of our applies.</param>
    /// <param name="seen">The Secret.</param>
    public static DriftVerdict Judge(
        Contributor from, MirrorMode mode, IReadOnlyList<OwnerReference> owners, string manager, ObservedSecret? seen)
    {
        if (seen is null)
        {
            return new DriftVerdict { Kind = DriftKind.Missing, Fields = ["metadata"] };
        }

        if (seen.Metadata.DeletionTimestamp is not null)
        {
            return DriftVerdict.None;
        }

        var fields = new List<string>();
        FieldOwner? ours = seen.AppliedBy(manager);
        if (seen.Metadata.Label(Marks.Managed) != "true")
        {
            fields.Add($"metadata.labels.{Marks.Managed}");
        }

        fields.AddRange(owners.Any(o => !HasOwner(seen, o)) ? ["metadata.ownerReferences"] : []);
        if (ours is not null)
        {
            Contribution mine = Contributions.Parse(seen.Metadata.Annotation(Marks.Contributors))[from.Label];
            fields.AddRange(mine.Data.Except(ours.DataKeys).Select(static k => $"data.{k}"));
            fields.AddRange(mine.Labels.Except(ours.Labels).Select(static k => $"metadata.labels.{k}"));
            fields.AddRange(mine.Annotations.Except(ours.Annotations).Select(static k => $"metadata.annotations.{k}"));
        }

        // Under Merge the hash goes over others' keys as well: with our own entry there is something better to go by.
        fields.AddRange(mode == MirrorMode.Replace || ours is null ? DataHashField(seen) : []);
        return fields.Count == 0 ? DriftVerdict.None : Verdict(DriftKind.Repair, fields, seen, manager);
    }

    private static string[] DataHashField(ObservedSecret seen) =>
        seen.Metadata.Annotation(Marks.DataHash) == seen.Data.PeerHash ? [] : [$"metadata.annotations.{Marks.DataHash}"];

    private static IEnumerable<string> Changed(string map, IReadOnlyDictionary<string, string> last, IReadOnlyDictionary<string, string>? seen) =>
        last.Where(l => seen is null || !seen.TryGetValue(l.Key, out string? now) || now != l.Value).Select(l => $"metadata.{map}.{l.Key}");

    private static bool HasOwner(ObservedSecret seen, OwnerReference owner) => seen.Metadata.OwnerReferences?.Any(
        o => o.Uid == owner.Uid && o.Name == owner.Name && (o.Controller ?? false) == (owner.Controller ?? false)) == true;

    private static DriftVerdict Verdict(DriftKind kind, IReadOnlyList<string> fields, ObservedSecret seen, string manager) =>
        Verdict(kind, fields, seen, manager, "");

    private static DriftVerdict Verdict(DriftKind kind, IReadOnlyList<string> fields, ObservedSecret seen, string manager, string contributor)
    {
        Contributions others = Contributions.Parse(seen.Metadata.Annotation(Marks.Contributors)).Of(n => n != contributor);
        return new DriftVerdict
        {
            Kind = kind,
            Fields = fields,
            Managers =
            [
                .. seen.Owners.Where(o => !o.IsApplyOf(manager) && fields.Any(f => Has(o, f))).Select(static o => o.Manager).Distinct(),
                .. others.Names.Where(n => contributor.Length > 0 && others[n].Data.Any(k => fields.Contains($"data.{k}"))).Select(n => $"ExternalSecret {n}"),
            ],
        };
    }

    private static bool Has(FieldOwner owner, string field) =>
        owner.DataKeys.Any(k => field == $"data.{k}") || owner.Labels.Any(k => field == $"metadata.labels.{k}")
        || owner.Annotations.Any(k => field == $"metadata.annotations.{k}") || (field == "metadata.ownerReferences" && owner.OwnerUids.Count > 0);
}
