namespace CsiSecrets.JsonQuery.JmesPath;

/// <summary>Python's slice rules: open ends, negative positions and steps.</summary>
internal readonly record struct Slice(int? Start, int? Stop, int? Step)
{
    /// <summary>The positions that it selects of <paramref name="length"/> elements.</summary>
    public IEnumerable<int> Positions(int length)
    {
        long step = Step ?? 1;
        long low = step < 0 ? -1 : 0;
        long high = step < 0 ? length - 1 : length;
        long start = Start is { } from ? Clamp(from, length, low, high) : step < 0 ? high : low;
        long stop = Stop is { } to ? Clamp(to, length, low, high) : step < 0 ? low : high;
        for (long i = start; step < 0 ? i > stop : i < stop; i += step)
        {
            yield return (int)i;
        }
    }

    private static long Clamp(long position, int length, long low, long high) =>
        Math.Clamp(position < 0 ? position + length : position, low, high);
}
