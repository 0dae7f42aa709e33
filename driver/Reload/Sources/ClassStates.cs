using System.Globalization;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Reload.Sources;

/// <summary>
/// What the pod statuses of a class say together: the newest change counts. A status that is written again with the same objects is no change,
/// and a pod that goes away makes nothing older the newest.
/// </summary>
internal sealed class ClassStates
{
    private readonly Dictionary<ObjectKey, (ObjectKey Class, string Hash)> statuses = [];
    private readonly Dictionary<ObjectKey, (ulong Order, int Pods)> newest = [];
    private readonly Lock gate = new();
    private ulong last;

    /// <summary>Whether the status said something before.</summary>
    public bool Knows(ObjectKey status)
    {
        lock (gate)
        {
            return statuses.ContainsKey(status);
        }
    }

    /// <summary>The class's state, where this status makes it another.</summary>
    /// <returns>The hash, and the one that the same status had before it; null where nothing is new.</returns>
    public (string Hash, string Before)? Note(SecretProviderClassPodStatus status, bool gone)
    {
        lock (gate)
        {
            if (gone)
            {
                Remove(status.Key);
                return null;
            }

            PodMountStatus mounted = status.Status;
            if (mounted.Objects.Count == 0)
            {
                // Nothing is mounted yet: it says nothing.
                return null;
            }

            var name = new ObjectKey(status.Metadata.Namespace, mounted.SecretProviderClassName);
            string hash = PeerHashes.OfStatus(mounted);
            string before = statuses.TryGetValue(status.Key, out (ObjectKey Class, string Hash) old) && old.Class == name ? old.Hash : "";
            if (before.Length == 0)
            {
                Remove(status.Key);
                newest[name] = newest.TryGetValue(name, out (ulong Order, int Pods) there) ? there with { Pods = there.Pods + 1 } : (0, 1);
            }

            statuses[status.Key] = (name, hash);
            ulong order = OrderOf(status.Metadata.ResourceVersion);
            (ulong at, int pods) = newest[name];
            if (before == hash || order < at)
            {
                return null;
            }

            newest[name] = (order, pods);
            return (hash, before);
        }
    }

    private void Remove(ObjectKey key)
    {
        if (!statuses.Remove(key, out (ObjectKey Class, string Hash) old))
        {
            return;
        }

        (ulong order, int pods) = newest[old.Class];
        if (pods > 1)
        {
            newest[old.Class] = (order, pods - 1);
        }
        else
        {
            newest.Remove(old.Class);
        }
    }

    /// <summary>Servers count versions upwards; where one does not, the order of arrival must do.</summary>
    private ulong OrderOf(string version) =>
        last = ulong.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) ? number : last + 1;
}
