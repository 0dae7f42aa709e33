using CsiSecrets.Model;
using CsiSecrets.Posix;

namespace CsiSecrets.Publishing;

/// <summary>
/// Replaces all files of a volume at one instant, in the layout that the kubelet gives to Secrets and ConfigMaps: the files are in a
/// timestamped folder, <c>..data</c> points to it, and each top-level name is a link into <c>..data</c>. Death at any step leaves the
/// old set or the new one, whole, and the next publish clears up. Calls for one target must be serialised by the caller.
/// </summary>
internal sealed class AtomicDirectory(IMounts mounts, TimeProvider time)
{
    private const string PointerInMaking = "..data_tmp";

    /// <summary>
    /// 1 Check every path.
    /// 2 Remove what a publish that died has left: half-written sets, links in the making.
    /// 3 Compare with the live set; where nothing differs, go on at 9 with names alone.
    /// 4 Make room for the new set beside the old one.
    /// 5 Make its folder and write its files.
    /// 6 Link names that are new.
    /// 7 Prepare the new pointer.
    /// 8 Swap it in: the one instant of change.
    /// 9 Replace plain files of a peer by links.
    /// 10 Remove names that are no longer there.
    /// 11 Remove the old set.
    /// </summary>
    /// <param name="target">A mounted target of <see cref="IMounts"/>.</param>
    /// <param name="files">The whole payload; empty is legal.</param>
    /// <returns>What differed from the live set.</returns>
    public PublishOutcome Publish(string target, IReadOnlyList<SecretFile> files, PublishOptions options)
    {
        PayloadPath.Require(files); // 1
        options.Step?.Invoke(SwapStep.Validated);
        try
        {
            using TargetPath path = TargetPath.Open(target);
            using FolderHandle root = path.Parent.OpenFolder(path.Name);
            using VolumeContent? live = VolumeContent.Open(root);
            List<FolderEntry> entries = root.List();
            RemoveLeftovers(root, entries, live?.SetName); // 2
            options.Step?.Invoke(SwapStep.LeftoversRemoved);

            FixRoot(root, options.Gid);
            PublishOutcome outcome = SetComparison.Compare(live, files, options.Gid, mounts.SetsOwners); // 3
            TopNames names = TopNames.Plan(root, entries, files);
            options.Step?.Invoke(SwapStep.Compared);
            if (outcome.Any)
            {
                Replace(target, root, files, names, options); // 4 to 8
            }
            else
            {
                names.Link(root);
            }

            names.Replace(root); // 9
            options.Step?.Invoke(SwapStep.PlainFilesReplaced);
            names.RemoveStale(root); // 10
            options.Step?.Invoke(SwapStep.StaleNamesRemoved);
            if (outcome.Any && live?.SetName is { } old)
            {
                _ = root.RemoveTree(old); // 11
            }

            options.Step?.Invoke(SwapStep.OldSetRemoved);
            return outcome;
        }
        catch (PosixException e)
        {
            throw new SecretsException(FailureReason.FileWriteFailed, $"volume at {target}", e.Message, Remedy(e.Errno), e);
        }
    }

    private void Replace(string target, FolderHandle root, IReadOnlyList<SecretFile> files, TopNames names, PublishOptions options)
    {
        SetSize.Of(files).MakeRoom(mounts, target, options.MaxBytes); // 4
        options.Step?.Invoke(SwapStep.RoomMade);
        SetWriter writer = new(mounts.SetsOwners, options, time);
        string set = writer.Make(root); // 5
        try
        {
            options.Step?.Invoke(SwapStep.SetMade);
            writer.Fill(root, set, files);
            names.Link(root); // 6
            options.Step?.Invoke(SwapStep.NamesLinked);
            root.Symlink(set, PointerInMaking); // 7
            options.Step?.Invoke(SwapStep.PointerPrepared);
            root.Rename(PointerInMaking, VolumeContent.Pointer, exchange: false); // 8
        }
        catch (PosixException)
        {
            // Undone at once, so that a volume which is full gets its room back for the next attempt.
            names.Unlink(root);
            _ = root.Unlink(PointerInMaking);
            _ = root.RemoveTree(set);
            throw;
        }

        options.Step?.Invoke(SwapStep.Swapped);
    }

    // No payload name starts with "..": whatever does, but for the pointer and its set, is a remainder.
    private static void RemoveLeftovers(FolderHandle root, List<FolderEntry> entries, string? liveSet)
    {
        foreach (FolderEntry entry in entries.Where(entry => entry.Name.StartsWith("..", StringComparison.Ordinal) && entry.Name != liveSet))
        {
            // A pointer that is no link cannot be swapped by a rename; one that leads nowhere can.
            if (entry.Name != VolumeContent.Pointer || entry.Kind != FileKind.Link)
            {
                root.RemoveTree(entry);
            }
        }
    }

    // A peer's tmpfs is 1777; and the group of a volume may be given later than its mount.
    private void FixRoot(FolderHandle root, int? gid)
    {
        FileOwner owner = FileOwner.OfFolder(gid, mounts.SetsOwners);
        if (!owner.Fits(root.Stat()))
        {
            root.SetModeAndOwner(owner.Mode, owner.Owner);
        }
    }

    private static string Remedy(int errno) => errno switch
    {
        Errno.ENOSPC => "the volume is full: mount fewer or smaller objects, or raise the driver's bound for a volume",
        Errno.EPERM or Errno.EACCES => "the process lacks a capability, or something else changed the volume's owner",
        _ => "look at that folder on the node; the next refresh tries again",
    };
}
