using CsiSecrets.Model.Manifests;
using CsiSecrets.Resolution;

namespace CsiSecrets.Volumes;

/// <summary>The versions that a volume shows under <c>status.objects</c>. Pure.</summary>
internal static class VolumeVersions
{
    /// <summary>One entry for each id, sorted, ordinal.</summary>
    public static IReadOnlyList<MountedObject> Of(VolumeState state)
    {
        var byId = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (AppliedFile file in state.Objects.SelectMany(o => o.Files))
        {
            byId[file.Id] = file.Version;
        }

        return [.. byId.Select(v => new MountedObject { Id = v.Key, Version = v.Value })];
    }

    public static bool Same(VolumeState a, VolumeState b) => Of(a).SequenceEqual(Of(b));
}
