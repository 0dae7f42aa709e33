using CsiSecrets.Model;
using CsiSecrets.Posix;

namespace CsiSecrets.Local;

/// <summary>What a volume is on this machine: a mount of its own for root, else a folder on a tmpfs that is there.</summary>
internal static class LocalMounts
{
    private const string RootsPlace = "/run/csi-secrets";

    /// <param name="wanted">Where the user wants volumes; empty for the usual place.</param>
    public static (IMounts Mounts, string Place) Choose(string wanted)
    {
        if (Libc.GetEUid() == 0)
        {
            string place = wanted.Length > 0 ? wanted : RootsPlace;
            try
            {
                Directory.CreateDirectory(place, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                return (LinuxMounts.Probe(place), place);
            }
            catch (SecretsException e) when (e.Reason == FailureReason.MountFailed)
            {
                // Root of a container without CAP_SYS_ADMIN: no more than an ordinary user.
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new SecretsException(
                    FailureReason.MountPointUnusable, $"folder {place}", $"it cannot be made ({e.GetType().Name})", "name another with --mount-dir", e);
            }
        }

        FolderMounts folders = FolderMounts.Create(wanted.Length > 0 ? [wanted] : FolderMounts.UsualPlaces());
        return (folders, folders.Root);
    }
}
