using System.Globalization;

namespace CsiSecrets.Posix;

/// <summary>The security part of one /proc/PID/task/TID/status.</summary>
internal sealed record ThreadPrivileges(ulong Inheritable, ulong Permitted, ulong Effective, ulong Bounding, ulong Ambient, bool NoNewPrivs, int Seccomp)
{
    /// <summary>Reads the status text; a line that is missing counts as full privilege, so that doubt never passes for confinement.</summary>
    public static ThreadPrivileges Parse(string status)
    {
        Dictionary<string, string> fields = [];
        foreach (string line in status.Split('\n'))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
            {
                fields[line[..colon]] = line[(colon + 1)..].Trim();
            }
        }

        return new ThreadPrivileges(
            Mask("CapInh"), Mask("CapPrm"), Mask("CapEff"), Mask("CapBnd"), Mask("CapAmb"),
            fields.GetValueOrDefault("NoNewPrivs") == "1",
            int.TryParse(fields.GetValueOrDefault("Seccomp"), NumberStyles.None, CultureInfo.InvariantCulture, out int mode) ? mode : 0);

        ulong Mask(string name) =>
            ulong.TryParse(fields.GetValueOrDefault(name), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong mask) ? mask : ulong.MaxValue;
    }

    /// <summary>
    /// Whether nothing beyond <paramref name="keep"/> is held or can be gained. An ordinary user's bounding set does not count: with
    /// no_new_privs and nothing permitted, no execve gives anything from it.
    /// </summary>
    public bool IsWithin(ulong keep) =>
        NoNewPrivs && Inheritable == 0 && Ambient == 0 && (Permitted & ~keep) == 0 && (Effective & ~keep) == 0
        && ((Bounding & ~keep) == 0 || Permitted == 0);

    /// <summary>Of every thread of this process.</summary>
    public static IReadOnlyList<ThreadPrivileges> OfThisProcess()
    {
        List<ThreadPrivileges> threads = [];
        foreach (string task in Directory.EnumerateDirectories("/proc/self/task"))
        {
            try
            {
                threads.Add(Parse(File.ReadAllText(Path.Combine(task, "status"))));
            }
            catch (IOException)
            {
                // The thread ended between the listing and the reading.
            }
        }

        return threads;
    }
}
