using System.Globalization;
using System.Text;

namespace CsiSecrets.Posix;

/// <summary>Reads the text of /proc/PID/mountinfo.</summary>
internal static class MountTable
{
    /// <summary>Every well-formed line; the kernel writes no others, so a line cut short is left out.</summary>
    public static IReadOnlyList<MountEntry> Parse(string text)
    {
        List<MountEntry> entries = [];
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            if (ParseLine(line.ToString()) is { } entry)
            {
                entries.Add(entry);
            }
        }

        return entries;
    }

    // 36 35 98:0 /root /mount/point rw,noatime shared:1 master:2 - ext3 /dev/source rw,errors=continue
    private static MountEntry? ParseLine(string line)
    {
        string[] fields = line.Split(' ');

        // Any number of optional fields stands between the sixth field and a lone hyphen.
        int hyphen = fields.Length < 9 ? -1 : Array.IndexOf(fields, "-", 6);
        if (hyphen < 0
            || fields.Length < hyphen + 3
            || !int.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out int id)
            || !int.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out int parent))
        {
            return null;
        }

        return new MountEntry
        {
            Id = id,
            Parent = parent,
            Device = fields[2],
            Root = Unescape(fields[3]),
            MountPoint = Unescape(fields[4]),
            Options = fields[5],
            Propagation = fields[6..hyphen],
            FileSystem = Unescape(fields[hyphen + 1]),
            Source = Unescape(fields[hyphen + 2]),
            SuperOptions = fields.Length > hyphen + 3 ? fields[hyphen + 3] : "",
        };
    }

    // Space, tab, newline, backslash and hash are written as backslash and three octal digits, for each byte.
    private static string Unescape(string field)
    {
        if (!field.Contains('\\'))
        {
            return field;
        }

        byte[] bytes = Encoding.UTF8.GetBytes(field);
        int length = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            bool escape = bytes[i] == '\\' && i + 3 < bytes.Length
                && bytes[i + 1] is >= (byte)'0' and <= (byte)'3' && IsOctal(bytes[i + 2]) && IsOctal(bytes[i + 3]);
            bytes[length++] = escape ? (byte)(((bytes[i + 1] - '0') << 6) | ((bytes[i + 2] - '0') << 3) | (bytes[i + 3] - '0')) : bytes[i];
            i += escape ? 3 : 0;
        }

        return Encoding.UTF8.GetString(bytes, 0, length);
    }

    private static bool IsOctal(byte c) => c is >= (byte)'0' and <= (byte)'7';
}
