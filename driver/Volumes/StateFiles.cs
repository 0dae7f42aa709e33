using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace CsiSecrets.Volumes;

/// <summary>Small JSON files in a folder private to root, each replaced whole: a reader sees the old one or the new one.</summary>
internal sealed class StateFiles(string directory)
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes the folder and removes what a killed process left half-written.</summary>
    public void Open()
    {
        Directory.CreateDirectory(directory, Private | UnixFileMode.UserExecute);
        foreach (string leftover in Directory.EnumerateFiles(directory, "*.tmp"))
        {
            File.Delete(leftover);
        }
    }

    public IEnumerable<string> Names() => Directory.EnumerateFiles(directory, "*.json").Select(f => Path.GetFileName(f));

    /// <summary>Null when there is none or it cannot be understood: state is a help, never a condition.</summary>
    public T? Read<T>(string name, JsonTypeInfo<T> type)
        where T : class
    {
        string path = Path.Combine(directory, name);
        try
        {
            using FileStream file = File.OpenRead(path);
            return JsonSerializer.Deserialize(file, type);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Replaces the file. Not synced to disk: state has to outlive the process, not the machine, which takes the mounts with it.</summary>
    public void Write<T>(string name, T value, JsonTypeInfo<T> type)
    {
        string path = Path.Combine(directory, name);
        string temporary = $"{path}.{Environment.CurrentManagedThreadId}.tmp";
        var create = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = Private, BufferSize = 0 };
        using (var file = new FileStream(temporary, create))
        {
            file.Write(JsonSerializer.SerializeToUtf8Bytes(value, type));
        }

        File.Move(temporary, path, overwrite: true);
    }

    public void Delete(string name) => File.Delete(Path.Combine(directory, name));
}
