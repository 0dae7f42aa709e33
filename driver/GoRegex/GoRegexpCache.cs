namespace CsiSecrets.GoRegex;

/// <summary>Keeps the patterns used last. Safe for use by many threads; a refused pattern is not kept.</summary>
/// <param name="capacity">How many patterns.</param>
internal sealed class GoRegexpCache(int capacity)
{
    /// <summary>Larger programs are compiled anew each time, so that a tenant cannot fill memory through the cache.</summary>
    private const int MaxInstructions = 4096;

    private const int MaxPatternBytes = 4096;

    private readonly Lock gate = new();
    private readonly Dictionary<string, LinkedListNode<(string Pattern, GoRegexp Regexp)>> entries = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Pattern, GoRegexp Regexp)> byUse = new();

    /// <inheritdoc cref="GoRegexp.Parse(ReadOnlySpan{byte})"/>
    public GoRegexp Get(ReadOnlySpan<byte> pattern)
    {
        // Latin-1 keeps patterns apart byte by byte, whatever they hold.
        string key = System.Text.Encoding.Latin1.GetString(pattern);
        lock (gate)
        {
            if (entries.TryGetValue(key, out var entry))
            {
                byUse.Remove(entry);
                byUse.AddFirst(entry);
                return entry.Value.Regexp;
            }
        }

        var regexp = GoRegexp.Parse(pattern);
        if (pattern.Length <= MaxPatternBytes && regexp.InstructionCount <= MaxInstructions)
        {
            Keep(key, regexp);
        }

        return regexp;
    }

    private void Keep(string key, GoRegexp regexp)
    {
        lock (gate)
        {
            if (entries.ContainsKey(key))
            {
                return;
            }

            entries.Add(key, byUse.AddFirst((key, regexp)));
            if (entries.Count > capacity)
            {
                entries.Remove(byUse.Last!.Value.Pattern);
                byUse.RemoveLast();
            }
        }
    }
}
