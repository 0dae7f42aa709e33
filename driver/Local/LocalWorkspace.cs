using System.Security.Cryptography;
using System.Text;
using CsiSecrets.Model;
using CsiSecrets.Posix;

namespace CsiSecrets.Local;

/// <summary>
/// The place on this machine of one folder's volumes, state and socket: <c>BASE/NAME-HASH</c>, held by a lock for as long as the process
/// lives. What a killed process left below the base is taken away by the next one, whichever folder it was for.
/// </summary>
internal sealed class LocalWorkspace : IDisposable
{
    private const string LockName = ".lock";

    /// <summary>What the kernel has room for.</summary>
    private const int LongestSocket = 107;
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly FileStream held;
    private readonly IMounts mounts;

    private LocalWorkspace(string root, FileStream held, IMounts mounts)
    {
        Root = root;
        this.held = held;
        this.mounts = mounts;
    }

    /// <summary>Below it the targets are <c>namespace/pod/volume</c>.</summary>
    public string Root { get; }

    public string StateDirectory => Path.Combine(Root, ".state");

    public string Socket => SocketIn(Root);

    /// <summary>Takes the folder's place, and away what dead processes left. Throws when a living one has it.</summary>
    /// <param name="folder">Full path of the manifests.</param>
    /// <param name="baseDirectory">Where all such places are.</param>
    /// <param name="mounts">What a volume is here.</param>
    public static LocalWorkspace Take(string folder, string baseDirectory, IMounts mounts)
    {
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder)).AsSpan(0, 4));
        string root = Path.Combine(baseDirectory, $"{Plain(Path.GetFileName(folder))}-{hash}");
        if (Encoding.UTF8.GetByteCount(SocketIn(root)) > LongestSocket)
        {
            throw new SecretsException(
                FailureReason.MountPointUnusable, $"folder {root}", $"a socket in it would have a path of more than {LongestSocket} bytes", "name a shorter --mount-dir");
        }

        try
        {
            Directory.CreateDirectory(root, Private);
            FileStream mine = TryLock(root) ?? throw new SecretsException(
                FailureReason.NotReady, $"folder {folder}", "another csi-secrets local runs on it", "stop that one first");
            foreach (string other in Directory.EnumerateDirectories(baseDirectory).Where(d => d != root))
            {
                ClearIfDead(other, mounts);
            }

            Clear(root, mounts);
            return new LocalWorkspace(root, mine, mounts);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SecretsException(
                FailureReason.MountPointUnusable, $"folder {root}", $"it cannot be made or cleared ({e.GetType().Name})", "name another place with --mount-dir", e);
        }
    }

    /// <summary>Takes everything away, the place itself included.</summary>
    public void Dispose()
    {
        try
        {
            Clear(Root, mounts);
            Directory.Delete(Root, recursive: true);
            Directory.Delete(Path.GetDirectoryName(Root)!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SecretsException)
        {
            // Other folders' places are there too; and what is left the next start takes away.
        }

        held.Dispose();
    }

    private static void ClearIfDead(string root, IMounts mounts)
    {
        // Only what carries the lock's file is ours.
        if (File.Exists(Path.Combine(root, LockName)) && TryLock(root) is { } dead)
        {
            using (dead)
            {
                Clear(root, mounts);
                Directory.Delete(root, recursive: true);
            }
        }
    }

    /// <summary>Unmounts first: a folder that is deleted recursively must hold nothing but our own files.</summary>
    private static void Clear(string root, IMounts mounts)
    {
        foreach (string target in mounts.List(root))
        {
            mounts.Remove(target);
        }

        foreach (string folder in Directory.EnumerateDirectories(root))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string SocketIn(string root) => Path.Combine(root, ".state", "csi.sock");

    private static FileStream? TryLock(string root)
    {
        try
        {
            return new FileStream(Path.Combine(root, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static string Plain(string name)
    {
        string plain = new([.. name.Take(24).Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '-')]);
        return plain.Length > 0 ? plain : "root";
    }
}
