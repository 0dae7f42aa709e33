namespace CsiSecrets.JsonQuery.Gjson;

/// <summary>A property of a remote secret as External Secrets Operator has it: a path of gjson, and where it has dots the name as it stands first.</summary>
internal static class GjsonProperty
{
    public const int LongestPath = 4096;

    /// <summary>The property as text, to be cleared by the receiver; null when the value has none, or is no JSON. Throws
    /// <see cref="JsonTreeException"/> for a path that costs too much.</summary>
    public static byte[]? Select(ReadOnlyMemory<byte> json, string property)
    {
        // Not for a multipath: it is no name, and its parts with dots would silently be left out, as in the peer.
        GjsonNode? literal = property.Contains('.', StringComparison.Ordinal) && property[0] is not ('{' or '[')
            ? Get(json, property.Replace(".", "\\.", StringComparison.Ordinal))
            : null;
        return (literal ?? Get(json, property))?.ToText();
    }

    /// <summary>What the path gives; null for nothing.</summary>
    public static GjsonNode? Get(ReadOnlyMemory<byte> json, string path)
    {
        if (path.Length > LongestPath)
        {
            throw new JsonTreeException($"the path is longer than {LongestPath}", 0, 0);
        }

        if (GjsonReader.TryRead(json) is not { } root)
        {
            // As in the original, what stands before the first bracket does not matter.
            int bracket = json.Span.IndexOfAny((byte)'{', (byte)'[');
            if (bracket <= 0 || GjsonReader.TryRead(json[bracket..]) is not { } later)
            {
                return null;
            }

            root = later;
        }

        return path.StartsWith("..", StringComparison.Ordinal)
            ? new GjsonWalk(new GjsonBudget()).Lines(json, path[2..])
            : new GjsonWalk(new GjsonBudget()).Get(root, path);
    }
}
