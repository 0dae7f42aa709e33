using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace CsiSecrets.InPlace.Owed;

/// <summary>One small file for each owed notice, in a folder private to root. It is made before files are swapped, and taken away once the
/// application is told: between the two a process may die at any instant.</summary>
internal sealed class OwedFiles(string directory)
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const string Unfinished = ".tmp";

    /// <summary>What a former process left. What cannot be read is taken away: nobody knows whom it was for.</summary>
    public IReadOnlyList<OwedNotice> Open()
    {
        Directory.CreateDirectory(directory, Private | UnixFileMode.UserExecute);
        List<OwedNotice> found = [];
        foreach (string path in Directory.GetFiles(directory))
        {
            if (Read(path) is { } notice)
            {
                found.Add(notice);
            }
            else
            {
                File.Delete(path);
            }
        }

        return found;
    }

    public void Write(OwedNotice notice)
    {
        string path = PathOf(notice.VolumeId);
        var create = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = Private, BufferSize = 0 };
        using (var file = new FileStream(path + Unfinished, create))
        {
            file.Write(JsonSerializer.SerializeToUtf8Bytes(notice, OwedJson.Default.OwedNotice));
        }

        File.Move(path + Unfinished, path, overwrite: true);
    }

    public void Delete(string volumeId) => File.Delete(PathOf(volumeId));

    private static OwedNotice? Read(string path)
    {
        try
        {
            return path.EndsWith(Unfinished, StringComparison.Ordinal) ? null : JsonSerializer.Deserialize(File.ReadAllBytes(path), OwedJson.Default.OwedNotice);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private string PathOf(string volumeId) =>
        Path.Combine(directory, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(volumeId)).AsSpan(0, 16)));
}
