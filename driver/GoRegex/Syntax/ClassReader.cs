using System.Text;
using CsiSecrets.GoRegex.Unicode;

namespace CsiSecrets.GoRegex.Syntax;

/// <summary>Character classes: bracket expressions, \p{...}, \d and its kin.</summary>
internal static class ClassReader
{
    /// <summary>The bracket expression at the reader, which stands on '['.</summary>
    /// <param name="budget">Ranges that the pattern may still spend; reduced by this class's.</param>
    public static RuneSet ReadBracket(ref PatternReader reader, bool fold, ref int budget)
    {
        int start = reader.Position;
        reader.Position++;
        bool negated = reader.TrySkip("^"u8);
        var members = new RuneSetBuilder();
        for (bool first = true; first || reader.Peek() != ']'; first = false)
        {
            ReadMember(ref reader, start, fold, members);
            if (members.Count > budget)
            {
                throw GoRegexpException.ForPattern(GoRegexpError.Large, reader.Whole);
            }
        }

        reader.Position++;
        budget -= members.Count;
        var set = members.Build();
        return negated ? RuneSetBuilder.Negate(set) : set;
    }

    /// <summary>\pN, \p{Greek}, \d, ... at the reader, if one is there.</summary>
    public static RuneSet? TryReadEscape(ref PatternReader reader, bool fold)
    {
        int letter = reader.Peek(1);
        if (reader.Peek() != '\\' || letter < 0)
        {
            return null;
        }

        if (letter is 'p' or 'P')
        {
            return ReadUnicode(ref reader, fold);
        }

        if (NamedGroups.FindPerl(letter) is not { } set)
        {
            return null;
        }

        reader.Position += 2;
        return Adjust(set, fold, char.IsAsciiLetterUpper((char)letter));
    }

    private static void ReadMember(ref PatternReader reader, int start, bool fold, RuneSetBuilder members)
    {
        if (TryReadPosix(ref reader, fold) is { } posix)
        {
            members.Add(posix);
            return;
        }

        if (TryReadEscape(ref reader, fold) is { } escape)
        {
            members.Add(escape);
            return;
        }

        int range = reader.Position;
        int low = ReadChar(ref reader, start);
        int high = low;
        if (reader.Peek() == '-' && reader.Peek(1) is >= 0 and not ']')
        {
            reader.Position++;
            high = ReadChar(ref reader, start);
            if (high < low)
            {
                throw GoRegexpException.ForPattern(GoRegexpError.InvalidCharRange, reader.Since(range));
            }
        }

        _ = fold ? members.AddFolded(low, high) : members.Add(low, high);
    }

    private static int ReadChar(ref PatternReader reader, int start)
    {
        if (reader.AtEnd)
        {
            throw GoRegexpException.ForPattern(GoRegexpError.MissingBracket, reader.Whole[start..]);
        }

        return reader.Peek() == '\\' ? EscapeReader.Read(ref reader) : reader.NextRune();
    }

    private static RuneSet? TryReadPosix(ref PatternReader reader, bool fold)
    {
        // Without a closing ":]" the bracket is an ordinary member.
        int end = reader.Rest.StartsWith("[:"u8) ? reader.Rest[2..].IndexOf(":]"u8) : -1;
        if (end < 0)
        {
            return null;
        }

        var name = reader.Rest.Slice(2, end);
        bool negated = name.StartsWith("^"u8);
        if (NamedGroups.FindPosix(Encoding.UTF8.GetString(negated ? name[1..] : name)) is not { } set)
        {
            throw GoRegexpException.ForPattern(GoRegexpError.InvalidCharRange, reader.Rest[..(end + 4)]);
        }

        reader.Position += end + 4;
        return Adjust(set, fold, negated);
    }

    private static RuneSet ReadUnicode(ref PatternReader reader, bool fold)
    {
        int start = reader.Position;
        bool negated = reader.Peek(1) == 'P';
        reader.Position += 2;
        ReadOnlySpan<byte> name;
        if (reader.NextRune() == '{')
        {
            int end = reader.Rest.IndexOf((byte)'}');
            if (end < 0)
            {
                PatternReader.CheckUtf8(reader.Whole[start..]);
                throw GoRegexpException.ForPattern(GoRegexpError.InvalidCharRange, reader.Whole[start..]);
            }

            name = reader.Rest[..end];
            reader.Position += end + 1;
            PatternReader.CheckUtf8(name);
        }
        else
        {
            name = reader.Whole[(start + 2)..reader.Position];
        }

        if (name.StartsWith("^"u8))
        {
            negated = !negated;
            name = name[1..];
        }

        return UnicodeClasses.Find(Encoding.UTF8.GetString(name)) is { } set
            ? Adjust(set, fold, negated)
            : throw GoRegexpException.ForPattern(GoRegexpError.InvalidCharRange, reader.Since(start));
    }

    private static RuneSet Adjust(RuneSet set, bool fold, bool negated)
    {
        set = fold ? RuneSetBuilder.Fold(set) : set;
        return negated ? RuneSetBuilder.Negate(set) : set;
    }
}
