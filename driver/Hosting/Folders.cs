using CsiSecrets.Model;

namespace CsiSecrets.Hosting;

/// <summary>Folders that flags name.</summary>
internal static class Folders
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Runs what needs the folder, which is made if it is missing. What the disk refuses names the flag.</summary>
    public static T In<T>(string flag, string folder, Func<T> work)
    {
        try
        {
            Directory.CreateDirectory(folder, Private);
            return work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unusable(flag, folder, e.Message.TrimEnd('.'), "name a folder in which this process may write", e);
        }
    }

    public static SecretsException Unusable(string flag, string folder, string cause, string remedy, Exception? inner = null) =>
        new(FailureReason.MountPointUnusable, $"--{flag} {folder}", cause, remedy, inner);
}
