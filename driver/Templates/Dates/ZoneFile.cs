using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Text;

namespace CsiSecrets.Templates.Dates;

/// <summary>
/// A compiled zone of the time zone database (RFC 8536). .NET knows the offsets but not the abbreviations that Go's layouts print, so
/// the file is read here; it is the only thing of the host that a template can see, and the same on every host.
/// </summary>
internal sealed class ZoneFile
{
    private const string Root = "/usr/share/zoneinfo/";
    private const int LargestFile = 64 << 10;

    private static readonly ConcurrentDictionary<string, ZoneFile?> Known = new();

    private readonly long[] transitions;
    private readonly byte[] kinds;
    private readonly (int Offset, bool Summer, string Name)[] types;
    private readonly ZoneRule? rule;

    private ZoneFile(long[] transitions, byte[] kinds, (int, bool, string)[] types, ZoneRule? rule)
    {
        this.transitions = transitions;
        this.kinds = kinds;
        this.types = types;
        this.rule = rule;
    }

    public static ZoneFile? Find(string name)
    {
        bool plain = name.Length <= 64 && !name.Contains("..", StringComparison.Ordinal) && name[0] is not ('/' or '\\')
            && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '-' or '+');
        if (!plain || !File.Exists(Root + name))
        {
            return null;
        }

        return Known.GetOrAdd(name, static n => Read(Root + n));
    }

    public (int Offset, string Name) At(long unixSeconds)
    {
        if (transitions.Length == 0 || unixSeconds < transitions[0])
        {
            int first = Array.FindIndex(types, static t => !t.Summer);
            return transitions.Length == 0 && rule is not null ? rule.At(unixSeconds) : Pair(types[Math.Max(first, 0)]);
        }

        if (rule is not null && unixSeconds >= transitions[^1])
        {
            return rule.At(unixSeconds);
        }

        int found = Array.BinarySearch(transitions, unixSeconds);
        return Pair(types[kinds[found >= 0 ? found : ~found - 1]]);
    }

    private static (int Offset, string Name) Pair((int Offset, bool Summer, string Name) type) => (type.Offset, type.Name);

    private static ZoneFile? Read(string path)
    {
        FileInfo info = new(path);
        if (info.Length is < 44 or > LargestFile)
        {
            return null;
        }

        byte[] data = File.ReadAllBytes(path);
        try
        {
            return Parse(data);
        }
        catch (ArgumentException)
        {
            // A span was cut beyond the end: no zone file.
            return null;
        }
    }

    private static ZoneFile? Parse(ReadOnlySpan<byte> data)
    {
        if (!data.StartsWith("TZif"u8) || data[4] < (byte)'2')
        {
            return null;
        }

        // The first block has 32-bit times; the second, which counts, follows it.
        ReadOnlySpan<byte> second = data[(44 + BlockLength(data, 4))..];
        int[] counts = Counts(second);
        (int isUtc, int isStandard, int leaps, int times, int typeCount, int characters) =
            (counts[0], counts[1], counts[2], counts[3], counts[4], counts[5]);
        ReadOnlySpan<byte> body = second[44..];
        long[] transitions = new long[times];
        for (int i = 0; i < times; i++)
        {
            transitions[i] = BinaryPrimitives.ReadInt64BigEndian(body[(8 * i)..]);
        }

        byte[] kinds = body.Slice(8 * times, times).ToArray();
        ReadOnlySpan<byte> typeData = body.Slice(9 * times, 6 * typeCount);
        ReadOnlySpan<byte> names = body.Slice((9 * times) + (6 * typeCount), characters);
        (int, bool, string)[] types = new (int, bool, string)[typeCount];
        for (int i = 0; i < typeCount; i++)
        {
            ReadOnlySpan<byte> type = typeData.Slice(6 * i, 6);
            ReadOnlySpan<byte> name = names[type[5]..];
            types[i] = (BinaryPrimitives.ReadInt32BigEndian(type), type[4] != 0, Encoding.ASCII.GetString(name[..name.IndexOf((byte)0)]));
        }

        ReadOnlySpan<byte> footer = body[((9 * times) + (6 * typeCount) + characters + (12 * leaps) + isStandard + isUtc)..];
        return new ZoneFile(transitions, kinds, types, ZoneRule.Parse(Encoding.ASCII.GetString(footer).Trim('\n')));
    }

    private static int BlockLength(ReadOnlySpan<byte> header, int timeSize)
    {
        int[] n = Counts(header);
        return (n[3] * timeSize) + n[3] + (n[4] * 6) + n[5] + (n[2] * (timeSize + 4)) + n[1] + n[0];
    }

    /// <summary>isutc, isstd, leap, time, type, char counts of a header.</summary>
    private static int[] Counts(ReadOnlySpan<byte> header)
    {
        int[] counts = new int[6];
        for (int i = 0; i < 6; i++)
        {
            counts[i] = BinaryPrimitives.ReadInt32BigEndian(header[(20 + (4 * i))..]);
        }

        return counts;
    }
}
