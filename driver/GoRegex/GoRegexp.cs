using System.Text;
using CsiSecrets.GoRegex.Compilation;
using CsiSecrets.GoRegex.Matching;
using CsiSecrets.GoRegex.Syntax;

namespace CsiSecrets.GoRegex;

/// <summary>
/// A regular expression as Go's package regexp has it: RE2 syntax, leftmost-first, over UTF-8 bytes, one search linear in the text.
/// Immutable and safe for use by many threads. Positions are byte offsets; text that is no UTF-8 counts as U+FFFD byte by byte.
/// </summary>
internal sealed class GoRegexp
{
    /// <summary>Working memory above this is not kept between calls.</summary>
    private const long MaxIdleBytes = 128 * 1024;

    private readonly ParsedPattern parsed;
    private readonly RegexProgram program;
    private readonly StartScan scan;
    private Matcher? idle;

    private GoRegexp(byte[] pattern, ParsedPattern parsed)
    {
        PatternBytes = pattern;
        this.parsed = parsed;
        program = ProgramCompiler.Compile(parsed, backwards: false);
        if ((long)program.ConsumerCount * program.SlotCount > Limits.MaxCaptureCells)
        {
            throw GoRegexpException.ForPattern(GoRegexpError.Large, pattern);
        }

        scan = new StartScan(program);
    }

    /// <summary>The pattern as it was given.</summary>
    public ReadOnlyMemory<byte> PatternBytes { get; }

    /// <summary>Number of groups, the whole match not counted.</summary>
    public int NumSubexp => parsed.GroupNames.Count - 1;

    /// <summary>Names of the groups by number; "" for [0] and for groups without a name.</summary>
    public IReadOnlyList<string> SubexpNames => parsed.GroupNames;

    /// <exception cref="GoRegexpException">Go refuses the pattern, or it is larger than we allow.</exception>
    public static GoRegexp Parse(string pattern) => Parse(Encoding.UTF8.GetBytes(pattern));

    /// <inheritdoc cref="Parse(string)"/>
    public static GoRegexp Parse(ReadOnlySpan<byte> pattern) => new(pattern.ToArray(), PatternParser.Parse(pattern));

    /// <summary>Escapes all that means something in a pattern.</summary>
    public static byte[] QuoteMeta(ReadOnlySpan<byte> text)
    {
        var quoted = new List<byte>(text.Length);
        foreach (byte b in text)
        {
            if (@"\.+*?()|[]{}^$"u8.Contains(b))
            {
                quoted.Add((byte)'\\');
            }

            quoted.Add(b);
        }

        return [.. quoted];
    }

    public bool IsMatch(ReadOnlySpan<byte> text, SearchWork work) => TryFindAt(text, 0, [], work);

    /// <summary>The leftmost match, or null.</summary>
    public MatchRange? Find(ReadOnlySpan<byte> text, SearchWork work)
    {
        Span<int> slots = stackalloc int[2];
        return TryFindAt(text, 0, slots, work) ? new MatchRange(slots[0], slots[1]) : null;
    }

    /// <summary>Start and end of the leftmost match and of each group (-1: no part in it), or null.</summary>
    public int[]? FindSubmatchIndex(ReadOnlySpan<byte> text, SearchWork work)
    {
        int[] slots = new int[program.SlotCount];
        return TryFindAt(text, 0, slots, work) ? slots : null;
    }

    /// <summary>Successive matches that do not overlap; an empty match next to the one before does not count.</summary>
    /// <param name="limit">The most to find; below 0 for all.</param>
    public List<MatchRange> FindAll(ReadOnlySpan<byte> text, int limit, SearchWork work) =>
        MatchWalk.All(this, text, limit, 2, work).ConvertAll(m => new MatchRange(m[0], m[1]));

    /// <inheritdoc cref="FindAll"/>
    public List<int[]> FindAllSubmatchIndex(ReadOnlySpan<byte> text, int limit, SearchWork work) =>
        MatchWalk.All(this, text, limit, program.SlotCount, work);

    /// <summary>Replaces each match by the template, in which $1, ${1}, $name and ${name} stand for groups and $$ for a dollar sign.</summary>
    /// <param name="maxBytes">The most that the result may hold.</param>
    /// <exception cref="GoRegexpException">The result would be larger (<see cref="GoRegexpError.OutputTooLarge"/>).</exception>
    public byte[] ReplaceAll(ReadOnlySpan<byte> text, ReadOnlySpan<byte> template, int maxBytes, SearchWork work) =>
        MatchWalk.Replace(this, text, ReplaceTemplate.Parse(template), maxBytes, work);

    /// <summary>Replaces each match by the same bytes.</summary>
    /// <inheritdoc cref="ReplaceAll"/>
    public byte[] ReplaceAllLiteral(ReadOnlySpan<byte> text, ReadOnlySpan<byte> replacement, int maxBytes, SearchWork work) =>
        MatchWalk.Replace(this, text, ReplaceTemplate.OfLiteral(replacement), maxBytes, work);

    /// <summary>The pieces of the text between matches.</summary>
    /// <param name="limit">The most pieces, the last one being the unsplit rest; 0 gives none, below 0 gives all.</param>
    public List<MatchRange> Split(ReadOnlySpan<byte> text, int limit, SearchWork work) =>
        MatchWalk.Split(this, text, limit, work);

    /// <summary>One search; see <see cref="Matcher.Find"/> for the slots.</summary>
    internal bool TryFindAt(ReadOnlySpan<byte> text, int from, Span<int> slots, SearchWork work)
    {
        var matcher = RentMatcher();
        bool found = matcher.Find(text, from, slots, work);
        ReturnMatcher(matcher);
        work.Look();
        return found;
    }

    /// <summary>A matcher of the caller's own, to be returned after use; one is kept.</summary>
    internal Matcher RentMatcher() => Interlocked.Exchange(ref idle, null) ?? new Matcher(parsed, program, scan);

    internal void ReturnMatcher(Matcher matcher)
    {
        if (matcher.Bytes <= MaxIdleBytes)
        {
            Interlocked.Exchange(ref idle, matcher);
        }
    }

    /// <summary>Size of the compiled program.</summary>
    internal int InstructionCount => program.Insts.Length;

    internal int SlotCount => program.SlotCount;
}
