using System.Security.Cryptography;
using CsiSecrets.JsonQuery;
using CsiSecrets.Model;
using CsiSecrets.Posix;

namespace CsiSecrets.Providers.Local;

/// <summary>
/// The file of secrets. Editors truncate and then write, or put a new file in the old one's place: a text counts only once the file has
/// stayed the same for a moment, and a file that is away or broken for that moment is looked at again before it is an error.
/// </summary>
internal sealed class LocalStore(string path, byte[] hashKey, TimeProvider time)
{
    public const int LargestFile = 4 << 20;
    private const int Attempts = 6;
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(150);

    private volatile FileFace? settled;

    public string Path { get; } = path;

    /// <summary>The secrets of now. Throws <see cref="SecretsException"/>: the file is missing, unreadable or wrong.</summary>
    public async Task<LocalSecrets> ReadAsync(CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            FileFace before = FileFace.Of(Path);
            (LocalSecrets? secrets, SecretsException? problem) = TryRead(before);
            if (secrets is not null && before == settled && FileFace.Of(Path) == before)
            {
                return secrets;
            }

            try
            {
                await Task.Delay(Moment, time, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                secrets?.Dispose();
                throw;
            }

            bool same = FileFace.Of(Path) == before;
            if (same && secrets is not null)
            {
                settled = before;
                return secrets;
            }

            secrets?.Dispose();
            if (attempt == Attempts)
            {
                throw problem ?? Error("it is written to all the time", "write it once and leave it alone");
            }
        }
    }

    private (LocalSecrets? Secrets, SecretsException? Problem) TryRead(FileFace face)
    {
        if (face.Length > LargestFile)
        {
            return (null, Error($"it is larger than {LargestFile} bytes", "give this provider a smaller file"));
        }

        byte[]? text = null;
        try
        {
            text = ReadFile();
            return (LocalSecrets.Parse(text, hashKey), null);
        }
        catch (YamlTextException e)
        {
            return (null, Error(e.Message, "correct the file: nothing changes until then"));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return (null, Error("it does not exist", "create it, with NAME: VALUE on a line for each secret"));
        }
        catch (UnauthorizedAccessException)
        {
            return (null, Error("it cannot be read by this user, or is a folder", "check its owner and mode"));
        }
        catch (IOException e)
        {
            return (null, Error($"it cannot be read ({e.GetType().Name})", "check the disk"));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
        }
    }

    /// <summary>At most one byte more than the limit is read, whatever the file does meanwhile; what is no plain file is not opened.</summary>
    private byte[] ReadFile()
    {
        if (!PlainFile.Is(Path))
        {
            throw Directory.Exists(Path) ? new UnauthorizedAccessException() : File.Exists(Path) ? new IOException("no plain file") : new FileNotFoundException();
        }

        using var file = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        byte[] buffer = new byte[(int)Math.Min(file.Length + 1, LargestFile + 1)];
        int length = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        byte[] text = buffer[..length];
        CryptographicOperations.ZeroMemory(buffer);
        return text;
    }

    private SecretsException Error(string cause, string remedy) =>
        new(FailureReason.ProviderUnavailable, $"local store {Path}", cause, remedy);
}
