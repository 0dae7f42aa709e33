namespace CsiSecrets.InPlace.Signals;

/// <summary>
/// Reads whose pod a process is of from /proc/PID/cgroup: version 1 and 2, the drivers cgroupfs (<c>/kubepods/burstable/podUID/…</c>) and systemd
/// (<c>/kubepods.slice/…/kubepods-burstable-podU_I_D.slice/…</c>), under whatever prefix, and as seen from another cgroup namespace
/// (<c>/../…</c>). Pure.
/// </summary>
internal static class PodCgroup
{
    private const string Mark = "pod";
    private const string Slice = ".slice";

    /// <summary>The UID of the pod; null for a process of none, or where hierarchies disagree.</summary>
    public static string? PodOf(string cgroups)
    {
        string? found = null;
        foreach (string line in cgroups.Split('\n'))
        {
            // hierarchy:controllers:path
            string[] parts = line.Split(':', 3);
            if (parts.Length < 3 || FirstPod(parts[2]) is not { } uid)
            {
                continue;
            }

            if (found is not null && found != uid)
            {
                return null;
            }

            found = uid;
        }

        return found;
    }

    /// <summary>The outermost one: below it a pod may make groups of its own, of any name.</summary>
    private static string? FirstPod(string path)
    {
        foreach (string segment in path.Split('/'))
        {
            string name = segment.EndsWith(Slice, StringComparison.Ordinal) ? segment[..^Slice.Length] : segment;
            int at = name.LastIndexOf(Mark, StringComparison.Ordinal);
            if (at == 0 || (at > 0 && name[at - 1] == '-' && name.Length < segment.Length))
            {
                string uid = name[(at + Mark.Length)..].Replace('_', '-');
                if (Guid.TryParseExact(uid, "D", out Guid _))
                {
                    return uid;
                }
            }
        }

        return null;
    }
}
