using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using CsiSecrets.GoRegex;

namespace CsiSecrets.Tests.GoRegex;

/// <summary>Random patterns: against .NET's engine where both mean the same, against each other of our machines, and against harm.</summary>
public sealed class GoRegexpPropertyTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    private static readonly Gen<string> Atom = Pick(
        "a", "b", "c", "1", "_", "-", ".", @"\d", @"\w", @"\W", @"\.", "[ab]", "[^a]", "[a-c1]", "^", @"\A", @"\z", @"\b", @"\B", "ab", "abc");

    // Loops over what may be empty are left to Go's own vectors: .NET and Go part there.
    private static readonly Gen<string> Repeat = Pick("", "", "", "*", "+", "?", "*?", "+?", "??", "{2}", "{1,3}", "{2,}?");

    private static readonly Gen<string> Simple = Gen.Select(
        Pick("a", "b", "c", "1", ".", @"\d", @"\w", "[ab]", "[^a]", "[a-c1]"), Repeat, (atom, repeat) => atom + repeat);

    private static readonly Gen<string> Term = Gen.OneOf(
        Simple,
        Atom,
        Gen.Select(Simple, Atom, (a, b) => $"({a}|{b})"),
        Gen.Select(Pick("a", "ab", "[bc]a", "b.", @"\d"), Pick("c", "a", "1b"), Repeat, (a, b, r) => $"({a}|{b}){r}"));

    private static readonly Gen<string> Pattern = Term.List[1, 5].Select(terms => string.Concat(terms));

    private static readonly Gen<string> Patterns = Pattern.List[1, 3].Select(patterns => string.Join('|', patterns));

    private static readonly Gen<string> Ascii = Pick("a", "b", "c", "1", "_", "-", " ", ".").List[0, 12].Select(p => string.Concat(p));

    [Fact]
    public void FindSubmatchIndex_AsciiPattern_AgreesWithDotNet() =>
        Gen.Select(Patterns, Ascii).Sample(
            (pattern, text) =>
            {
                var theirs = Regex.Match(text, pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(5));
                int[]? ours = GoRegexp.Parse(pattern).FindSubmatchIndex(Encoding.ASCII.GetBytes(text), None);
                return theirs.Success == (ours is not null)
                    && (ours is null || Enumerable.Range(0, ours.Length / 2).All(i => SameGroup(theirs.Groups[i], ours, i)));
            },
            iter: 4000);

    [Fact]
    public void FindSubmatchIndex_LongText_AllMachinesAgree() =>
        Gen.Select(Patterns, Ascii.List[0, 40], Ascii).Sample(
            (pattern, parts, end) =>
            {
                byte[] text = Encoding.ASCII.GetBytes(new string(' ', 300) + string.Join("  ", parts) + new string(' ', 20_000) + end);
                var regexp = GoRegexp.Parse(pattern);
                int[] ours = new int[regexp.SlotCount];
                int[] plain = new int[regexp.SlotCount];
                bool found = regexp.TryFindAt(text, 0, ours, None);
                return found == new PikeOnly(Encoding.ASCII.GetBytes(pattern)).Find(text, plain) && (!found || ours.SequenceEqual(plain));
            },
            iter: 300);

    [Fact]
    public void ParseAndFind_AnyBytes_ThrowNothingButOurOwn() =>
        Gen.Select(
            Gen.OneOf(Pick("()[]{}|*+?\\^$.,-:<>=!PpQEbBAzCdDsSwWx0129aimsU"u8.ToArray()), Gen.Byte).Array[0, 24],
            Gen.Byte.Array[0, 40]).Sample(
            (pattern, text) =>
            {
                try
                {
                    var regexp = GoRegexp.Parse(pattern);
                    regexp.FindAllSubmatchIndex(text, -1, None);
                    regexp.Split(text, -1, None);
                    regexp.ReplaceAll(text, pattern, 1 << 20, None);
                }
                catch (GoRegexpException)
                {
                    // The only failure allowed.
                }
            },
            iter: Seconds < 0 ? 20_000 : -1,
            time: Seconds);

    /// <summary><c>FUZZ_SECONDS</c>, as the templates' long run has it; -1 for the usual short one.</summary>
    private static int Seconds { get; } = int.TryParse(Environment.GetEnvironmentVariable("FUZZ_SECONDS"), out int seconds) ? seconds : -1;

    private static Gen<T> Pick<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static bool SameGroup(Group theirs, int[] ours, int group) =>
        theirs.Success
            ? theirs.Index == ours[2 * group] && theirs.Index + theirs.Length == ours[(2 * group) + 1]
            : ours[2 * group] < 0;
}
