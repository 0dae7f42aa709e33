namespace CsiSecrets.GoRegex.Syntax;

/// <summary>Counted repeats: {2}, {2,}, {2,5}.</summary>
internal static class RepeatReader
{
    private const int TooBig = -1;
    private const int NoNumber = -2;

    /// <param name="min">-1 where either number is too big to read.</param>
    /// <param name="max">-1: no upper bound.</param>
    /// <returns>False where the text is no count at all; the reader then stands anywhere.</returns>
    public static bool TryRead(ref PatternReader reader, out int min, out int max)
    {
        reader.Position++;
        min = ReadInt(ref reader);
        max = min;
        if (min == NoNumber)
        {
            return false;
        }

        if (reader.TrySkip(","u8))
        {
            if (reader.Peek() == '}')
            {
                max = -1;
            }
            else
            {
                max = ReadInt(ref reader);
                if (max == NoNumber)
                {
                    return false;
                }

                min = max == TooBig ? TooBig : min;
            }
        }

        return reader.TrySkip("}"u8);
    }

    private static int ReadInt(ref PatternReader reader)
    {
        if (!IsDigit(reader.Peek()) || (reader.Peek() == '0' && IsDigit(reader.Peek(1))))
        {
            return NoNumber;
        }

        int value = 0;
        for (; IsDigit(reader.Peek()); reader.Position++)
        {
            value = value is TooBig or >= 100_000_000 ? TooBig : (value * 10) + reader.Peek() - '0';
        }

        return value;
    }

    private static bool IsDigit(int c) => c is >= '0' and <= '9';
}
