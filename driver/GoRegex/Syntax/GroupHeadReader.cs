using System.Text;

namespace CsiSecrets.GoRegex.Syntax;

/// <summary>What follows "(?": a group's name, flags, or both ends of a plain group.</summary>
internal static class GroupHeadReader
{
    /// <summary>Reads "(?P&lt;name&gt;" or "(?&lt;name&gt;", if the reader stands on one.</summary>
    public static bool TryReadName(ref PatternReader reader, out string name)
    {
        name = "";
        int start = reader.Position;
        bool python = reader.Rest.Length > 4 && reader.Rest.StartsWith("(?P<"u8);
        bool plain = reader.Rest.Length > 3 && reader.Rest.StartsWith("(?<"u8);
        if (!python && !plain)
        {
            return false;
        }

        int end = reader.Rest.IndexOf((byte)'>');
        if (end < 0)
        {
            PatternReader.CheckUtf8(reader.Rest);
            throw GoRegexpException.ForPattern(GoRegexpError.InvalidNamedCapture, reader.Rest);
        }

        var bytes = reader.Rest[(python ? 4 : 3)..end];
        reader.Position += end + 1;
        PatternReader.CheckUtf8(bytes);
        foreach (byte b in bytes)
        {
            if (!Utf8Rune.IsWord(b))
            {
                throw GoRegexpException.ForPattern(GoRegexpError.InvalidNamedCapture, reader.Since(start));
            }
        }

        if (bytes.IsEmpty)
        {
            throw GoRegexpException.ForPattern(GoRegexpError.InvalidNamedCapture, reader.Since(start));
        }

        name = Encoding.ASCII.GetString(bytes);
        return true;
    }

    /// <summary>Reads "(?flags)" or "(?flags:" and applies the flags.</summary>
    /// <returns>Whether a group opens.</returns>
    public static bool ReadFlags(ref PatternReader reader, ref PatternFlags flags)
    {
        int start = reader.Position;
        reader.Position += 2;
        var set = PatternFlags.None;
        var cleared = PatternFlags.None;
        bool negative = false;
        bool sawFlag = false;
        while (!reader.AtEnd)
        {
            int c = reader.NextRune();
            var flag = c switch
            {
                'i' => PatternFlags.FoldCase,
                'm' => PatternFlags.MultiLine,
                's' => PatternFlags.DotNewline,
                'U' => PatternFlags.Ungreedy,
                _ => PatternFlags.None,
            };
            if (flag != PatternFlags.None)
            {
                sawFlag = true;
                set = negative ? set & ~flag : set | flag;
                cleared = negative ? cleared | flag : cleared;
            }
            else if (c == '-' && !negative)
            {
                negative = true;
                sawFlag = false;
            }
            else if (c is ':' or ')' && (!negative || sawFlag))
            {
                flags = (flags | set) & ~cleared;
                return c == ':';
            }
            else
            {
                break;
            }
        }

        throw GoRegexpException.ForPattern(GoRegexpError.InvalidPerlOp, reader.Since(start));
    }
}
