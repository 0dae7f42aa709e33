using CsiSecrets.JsonQuery;
using CsiSecrets.Kube.Objects;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Mirroring.Objects;

/// <summary>What one ExternalSecret wants of one object that is no Secret.</summary>
internal sealed record DesiredObject
{
    public required ObjectKind Kind { get; init; }

    public required ObjectKey Key { get; init; }

    public required Contributor From { get; init; }

    public required MirrorMode Mode { get; init; }

    /// <summary>In whose name it is applied.</summary>
    public required string Manager { get; init; }

    /// <summary>In whose name it was applied where its creation policy was of the other sort: alone on the object, or one of several.</summary>
    public required string FormerManager { get; init; }

    /// <summary>With whom the object is collected; empty: with nobody.</summary>
    public required IReadOnlyList<OwnerReference> Owners { get; init; }

    /// <summary>Labels and annotations that the manifest names, by path.</summary>
    public required IReadOnlyList<string> Named { get; init; }

    /// <summary>The object from the one that is there, or from nothing where that is not asked for.</summary>
    public Func<JsonTree?, JsonTree> Render { get; init; } = static _ => JsonTree.Null;

    /// <summary>Whether <see cref="Render"/> asks for the one that is there.</summary>
    public bool BuildsOnLive { get; init; }

    /// <summary>Several ExternalSecrets may add to one object: each applies in a name of its own, else each apply would take the others' fields away.</summary>
    public static string ManagerOf(string manager, Contributor from, MirrorMode mode)
    {
        const int longest = 128;
        string own = mode == MirrorMode.Replace ? manager : $"{manager}/{from.Name}";
        return own.Length <= longest ? own : $"{manager}/{Marks.CreatedByValue(from.Namespace, from.Name)}";
    }

    public override string ToString() => $"{Kind} {Key}";
}
