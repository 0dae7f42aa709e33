using System.Buffers;

namespace CsiSecrets.GoRegex;

/// <summary>What is built on repeated searches, with Go's rules for empty matches, which differ between finding and replacing.</summary>
internal static class MatchWalk
{
    /// <summary>An array and its place in the list, that grows by doubling.</summary>
    private const int BytesPerMatch = 48;

    public static List<int[]> All(GoRegexp regexp, ReadOnlySpan<byte> text, int limit, int slotCount, SearchWork work)
    {
        var matches = new List<int[]>();
        var matcher = regexp.RentMatcher();
        Span<int> slots = new int[slotCount];
        int position = 0;
        int previousEnd = -1;
        while (position <= text.Length && (limit < 0 || matches.Count < limit) && matcher.Find(text, position, slots, work))
        {
            bool accepted = true;
            if (slots[1] == position)
            {
                accepted = slots[0] != previousEnd;
                position += Math.Max(1, Utf8Rune.First(text[position..]).Width);
            }
            else
            {
                position = slots[1];
            }

            previousEnd = slots[1];
            if (accepted)
            {
                work.Keep(BytesPerMatch + (8 * slotCount));
                matches.Add(slots.ToArray());
            }
        }

        regexp.ReturnMatcher(matcher);
        work.Look();
        return matches;
    }

    public static byte[] Replace(
        GoRegexp regexp, ReadOnlySpan<byte> text, ReplaceTemplate template, int maxBytes, SearchWork work)
    {
        var result = new ArrayBufferWriter<byte>(Math.Max(16, text.Length));
        var matcher = regexp.RentMatcher();
        Span<int> slots = new int[template.IsLiteral ? 2 : regexp.SlotCount];
        int copied = 0;
        int position = 0;
        while (position <= text.Length && matcher.Find(text, position, slots, work))
        {
            Append(result, text[copied..slots[0]], maxBytes);

            // No replacement for an empty match just after another match.
            if (slots[1] > copied || slots[0] == 0)
            {
                foreach (var part in template.Parts)
                {
                    Append(result, part.Expand(text, slots, regexp.SubexpNames), maxBytes);
                }
            }

            copied = slots[1];
            int width = Utf8Rune.First(text[position..]).Width;
            position = position + width > slots[1] ? position + width : Math.Max(slots[1], position + (width == 0 ? 1 : 0));
        }

        regexp.ReturnMatcher(matcher);
        work.Look();
        Append(result, text[copied..], maxBytes);
        return result.WrittenSpan.ToArray();
    }

    public static List<MatchRange> Split(GoRegexp regexp, ReadOnlySpan<byte> text, int limit, SearchWork work)
    {
        var pieces = new List<MatchRange>();
        if (limit == 0)
        {
            return pieces;
        }

        if (regexp.PatternBytes.Length > 0 && text.IsEmpty)
        {
            pieces.Add(new MatchRange(0, 0));
            return pieces;
        }

        int begin = 0;
        int end = 0;
        foreach (var match in regexp.FindAll(text, limit, work))
        {
            if (limit > 0 && pieces.Count == limit - 1)
            {
                break;
            }

            end = match.Start;
            if (match.End != 0)
            {
                pieces.Add(new MatchRange(begin, end));
            }

            begin = match.End;
        }

        if (end != text.Length)
        {
            pieces.Add(new MatchRange(begin, text.Length));
        }

        return pieces;
    }

    private static void Append(ArrayBufferWriter<byte> result, ReadOnlySpan<byte> bytes, int maxBytes)
    {
        if (bytes.Length > maxBytes - result.WrittenCount)
        {
            throw GoRegexpException.ForOutput(maxBytes);
        }

        result.Write(bytes);
    }
}
