namespace CsiSecrets.GoRegex;

/// <summary>A piece of a replacement: literal bytes, or a group by number, or (number -1) by name.</summary>
internal sealed record ReplacePart(byte[]? Literal, int Number, string Name)
{
    /// <summary>The bytes to insert; none for a group that does not exist or had no part in the match.</summary>
    public ReadOnlySpan<byte> Expand(ReadOnlySpan<byte> text, ReadOnlySpan<int> slots, IReadOnlyList<string> names)
    {
        if (Literal is { } literal)
        {
            return literal;
        }

        if (Number >= 0)
        {
            return Number < slots.Length / 2 && slots[2 * Number] >= 0 ? text[slots[2 * Number]..slots[(2 * Number) + 1]] : [];
        }

        for (int i = 0; i < names.Count; i++)
        {
            if (names[i] == Name && slots[2 * i] >= 0)
            {
                return text[slots[2 * i]..slots[(2 * i) + 1]];
            }
        }

        return [];
    }
}
