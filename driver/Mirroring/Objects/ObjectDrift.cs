using CsiSecrets.Kube.Objects;

namespace CsiSecrets.Mirroring.Objects;

/// <summary>Whether an object is still what was applied: the server takes a field out of our entry when somebody else changes it. Pure.</summary>
internal static class ObjectDrift
{
    /// <param name="want">What is wanted; it is not rendered.</param>
    /// <param name="last">What this process applied last; null before it has applied anything.</param>
    /// <param name="seen">The object; null where there is none.</param>
    public static DriftVerdict Judge(DesiredObject want, AppliedFields? last, ObservedObject? seen)
    {
        if (seen is null)
        {
            return new DriftVerdict { Kind = DriftKind.Missing, Fields = ["metadata"] };
        }

        if (seen.Metadata.DeletionTimestamp is not null)
        {
            return DriftVerdict.None;
        }

        if (seen.Controller is { } controller && !want.From.Is(controller) && want.Mode == MirrorMode.Replace)
        {
            return Verdict(want, DriftKind.Blocked, ["metadata.ownerReferences"], seen);
        }

        List<string> fields =
        [
            .. seen.Metadata.Label(Marks.Managed) == "true" ? (string[])[] : [$"metadata.labels.{Marks.Managed}"],
            .. want.Owners.Any(o => seen.Metadata.OwnerReferences?.Any(s => s.Uid == o.Uid && s.Controller == true) != true) ? (string[])["metadata.ownerReferences"] : [],
            .. last is not null && last.Kind == want.Kind && last.Key == want.Key ? Since(want, last, seen) : AtFirst(want, seen),
        ];
        return fields.Count == 0 ? DriftVerdict.None : Verdict(want, DriftKind.Repair, [.. fields.Distinct()], seen);
    }

    private static IEnumerable<string> Since(DesiredObject want, AppliedFields last, ObservedObject seen)
    {
        IReadOnlySet<string>? ours = seen.AppliedBy(want.Manager)?.Paths;
        return last.Paths.Where(p => ours?.Contains(p) != true)
            .Concat(want.Mode == MirrorMode.Replace ? seen.DataKeys.Except(last.DataKeys).Concat(last.DataKeys.Except(seen.DataKeys)).Select(static k => $"data.{k}") : []);
    }

    /// <summary>Before this process has applied anything: by the hash, and by the names that the manifest says itself.</summary>
    private static IEnumerable<string> AtFirst(DesiredObject want, ObservedObject seen)
    {
        FieldHolder? ours = seen.AppliedBy(want.Manager);
        if (ours is null)
        {
            return want.Mode == MirrorMode.Replace ? HashField(seen) : ["metadata.managedFields"];
        }

        return want.Named.Where(n => !ours.Paths.Contains(n)).Concat(want.Mode == MirrorMode.Replace ? HashField(seen) : []);
    }

    private static string[] HashField(ObservedObject seen) =>
        (seen.Metadata.Annotation(Marks.DataHash) ?? "") == seen.ContentHash ? [] : [$"metadata.annotations.{Marks.DataHash}"];

    private static DriftVerdict Verdict(DesiredObject want, DriftKind kind, IReadOnlyList<string> fields, ObservedObject seen) => new()
    {
        Kind = kind,
        Fields = fields,
        Managers = [.. seen.Holders.Where(h => !h.IsApplyOf(want.Manager) && fields.Any(h.Paths.Contains)).Select(static h => h.Manager).Distinct()],
    };
}
