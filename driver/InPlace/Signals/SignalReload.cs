using System.Globalization;
using CsiSecrets.InPlace.Wishes;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Posix;

namespace CsiSecrets.InPlace.Signals;

/// <summary>
/// A signal to a pod's processes of one name, never to anybody else's: each is (1) found by its cgroup and name, (2) held by a pidfd, (3) looked at
/// again, (4) signalled through the pidfd, and only if it has a handler: without one most signals end a process.
/// </summary>
/// <param name="proc">/proc; a test's own otherwise.</param>
internal sealed class SignalReload(string proc)
{
    /// <summary>More of one name are no service that reloads, but a mistake in the name.</summary>
    private const int Most = 16;

    /// <summary>Told once a process is held; a test gives its number to another.</summary>
    public Action<int> Held { get; init; } = static _ => { };

    public ReloadResult Send(Pod pod, SignalWish wish)
    {
        string uid = pod.Metadata.Uid;
        IReadOnlyList<PodProcess> found = Find(uid, wish.Process); // 1
        if (found.Count is 0 or > Most)
        {
            return found.Count == 0
                ? new ReloadResult(ReloadOutcome.NoProcess, $"no process {wish.Process} is in the pod: write the name that ps shows in its container")
                : new ReloadResult(ReloadOutcome.Refused, $"{found.Count} processes {wish.Process} are in the pod, {Most} are allowed: write a name that fewer have");
        }

        int reached = 0;
        try
        {
            foreach (PodProcess one in found)
            {
                using PidHandle? handle = PidHandle.Open(one.Id); // 2
                Held(one.Id);
                PodProcess? now = handle is null ? null : PodProcess.Read(proc, one.Id); // 3
                if (now is null || now.PodUid != uid || !now.IsCalled(wish.Process))
                {
                    continue;
                }

                if (!now.Handles((int)wish.Signal))
                {
                    return new ReloadResult(
                        ReloadOutcome.Refused, $"process {wish.Process} has no handler for {wish.Signal}, which could end it: write a signal that it handles");
                }

                reached += handle!.Send((int)wish.Signal) ? 1 : 0; // 4
            }
        }
        catch (PosixException e)
        {
            return new ReloadResult(ReloadOutcome.Failed, e.Errno == Errno.ENOSYS ? "this node's kernel has no pidfd_open: it needs Linux 5.3" : e.Message);
        }

        return reached > 0 ? ReloadResult.Done : new ReloadResult(ReloadOutcome.NoProcess, $"every process {wish.Process} ended before the signal was sent");
    }

    /// <summary>Those whose parent is not of that name as well: a server passes it on to its workers as it sees fit.</summary>
    private IReadOnlyList<PodProcess> Find(string uid, string name)
    {
        Dictionary<int, PodProcess> found = [];
        foreach (string folder in Directory.EnumerateDirectories(proc))
        {
            string id = Path.GetFileName(folder);
            if (int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && PodProcess.PodOf(proc, id) == uid
                && PodProcess.Read(proc, number) is { } one && one.IsCalled(name))
            {
                found[number] = one;
            }
        }

        return [.. found.Values.Where(p => !found.ContainsKey(p.Parent))];
    }
}
