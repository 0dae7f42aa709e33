namespace CsiSecrets.Hosting;

/// <summary>Walks an HPACK header block (RFC 7541) by its structure alone, and puts another value in place of a literal <c>:authority</c>. No table
/// is needed: indices count from the newest entry, and the new value is never longer than the old one, so the reader's table keeps at
/// least what the writer's keeps.</summary>
internal static class HeaderBlock
{
    private const int AuthorityIndex = 1;

    /// <summary>The block with <paramref name="authority"/>, cut to the old value's length, where a literal authority stood. Null when there is
    /// none, or the block cannot be followed: then it is passed on as it came.</summary>
    public static byte[]? WithAuthority(ReadOnlySpan<byte> block, ReadOnlySpan<byte> authority)
    {
        int at = 0;
        while (at < block.Length)
        {
            byte first = block[at];
            int prefix = (first & 0x80) != 0 ? 7 : (first & 0x40) != 0 ? 6 : (first & 0x20) != 0 ? 5 : 4;
            if (!TryReadInteger(block, ref at, prefix, out int index))
            {
                return null;
            }

            if (prefix is 7 or 5)
            {
                continue;
            }

            if (index == 0 && !TrySkipString(block, ref at, out _, out _))
            {
                return null;
            }

            int valueAt = at;
            if (!TrySkipString(block, ref at, out int textAt, out int length))
            {
                return null;
            }

            if (index == AuthorityIndex)
            {
                int kept = Math.Min(authority.Length, length);
                return [.. block[..valueAt], (byte)kept, .. authority[..kept], .. block[(textAt + length)..]];
            }
        }

        return null;
    }

    private static bool TrySkipString(ReadOnlySpan<byte> block, ref int at, out int textAt, out int length)
    {
        textAt = 0;
        length = 0;
        if (at >= block.Length || !TryReadInteger(block, ref at, 7, out length) || length > block.Length - at)
        {
            return false;
        }

        textAt = at;
        at += length;
        return true;
    }

    private static bool TryReadInteger(ReadOnlySpan<byte> block, ref int at, int prefix, out int value)
    {
        int most = (1 << prefix) - 1;
        value = block[at++] & most;
        if (value < most)
        {
            return true;
        }

        for (int shift = 0; shift <= 21 && at < block.Length; shift += 7)
        {
            byte next = block[at++];
            value += (next & 0x7f) << shift;
            if ((next & 0x80) == 0)
            {
                return true;
            }
        }

        return false;
    }
}
