using System.Globalization;
using System.Text;

namespace CsiSecrets.InPlace.Signals;

/// <summary>What /proc says of one process, at one moment.</summary>
internal sealed record PodProcess
{
    private const int MostBytes = 16 << 10;

    public required int Id { get; init; }

    public required int Parent { get; init; }

    /// <summary>The pod's UID by the process's cgroups; null for none.</summary>
    public required string? PodUid { get; init; }

    /// <summary>The name that the process gave itself; the kernel keeps 15 bytes.</summary>
    public required string Name { get; init; }

    /// <summary>The base name of its first argument.</summary>
    public required string Program { get; init; }

    /// <summary>Bit n-1: it has a handler for signal n.</summary>
    public required ulong Caught { get; init; }

    public bool IsCalled(string name) => name == Program || name == Name;

    public bool Handles(int signal) => (Caught & (1UL << (signal - 1))) != 0;

    /// <summary>Only the pod: what is cheap to know of every process of a machine. Null when it is gone.</summary>
    public static string? PodOf(string proc, string id) => Text(Path.Combine(proc, id, "cgroup")) is { } cgroups ? PodCgroup.PodOf(cgroups) : null;

    /// <summary>Null when it is gone.</summary>
    public static PodProcess? Read(string proc, int id)
    {
        string folder = Path.Combine(proc, id.ToString(CultureInfo.InvariantCulture));
        if (Text(Path.Combine(folder, "cgroup")) is not { } cgroups || Text(Path.Combine(folder, "status")) is not { } status
            || Text(Path.Combine(folder, "cmdline")) is not { } arguments || Text(Path.Combine(folder, "comm")) is not { } name
            || Field(status, "State:") is ['Z' or 'X', ..])
        {
            return null;
        }

        string first = arguments.Split('\0', 2)[0];
        return new PodProcess
        {
            Id = id,
            PodUid = PodCgroup.PodOf(cgroups),
            Name = name.TrimEnd('\n'),
            Program = first[(first.LastIndexOf('/') + 1)..],
            Parent = int.TryParse(Field(status, "PPid:"), NumberStyles.None, CultureInfo.InvariantCulture, out int parent) ? parent : 0,
            Caught = ulong.TryParse(Field(status, "SigCgt:"), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong mask) ? mask : 0,
        };
    }

    private static string Field(string status, string name) =>
        status.Split('\n').FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal), "").Replace(name, "", StringComparison.Ordinal).Trim();

    /// <summary>The file's beginning: a command line may be megabytes long. Null when the process is gone.</summary>
    private static string? Text(string path)
    {
        try
        {
            using FileStream file = new(path, new FileStreamOptions { BufferSize = 0 });
            byte[] bytes = new byte[MostBytes];
            int length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return Encoding.UTF8.GetString(bytes, 0, length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
