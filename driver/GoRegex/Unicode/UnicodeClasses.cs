using System.Collections.Frozen;
using System.Globalization;

namespace CsiSecrets.GoRegex.Unicode;

/// <summary>
/// The names that \p{...} knows, as of Go 1.25 and Unicode 15.0: general categories with their long names, all 163 scripts, Any, ASCII,
/// Assigned. Names compare without case, spaces, hyphens and underscores. Go knows no other properties (no blocks, no Alphabetic, no
/// script extensions), and neither does this table.
/// </summary>
internal static class UnicodeClasses
{
    // The order of .NET's UnicodeCategory.
    private static readonly string[] Codes =
    [
        "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Zs", "Zl", "Zp", "Cc",
        "Cf", "Cs", "Co", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Cn",
    ];

    private const string LongNames =
        """
        Other=C Control=Cc cntrl=Cc Format=Cf Unassigned=Cn PrivateUse=Co Surrogate=Cs Letter=L CasedLetter=LC LowercaseLetter=Ll
        ModifierLetter=Lm OtherLetter=Lo TitlecaseLetter=Lt UppercaseLetter=Lu Mark=M CombiningMark=M SpacingMark=Mc EnclosingMark=Me
        NonspacingMark=Mn Number=N DecimalNumber=Nd digit=Nd LetterNumber=Nl OtherNumber=No Punctuation=P punct=P
        ConnectorPunctuation=Pc DashPunctuation=Pd ClosePunctuation=Pe FinalPunctuation=Pf InitialPunctuation=Pi OtherPunctuation=Po
        OpenPunctuation=Ps Symbol=S CurrencySymbol=Sc ModifierSymbol=Sk MathSymbol=Sm OtherSymbol=So Separator=Z LineSeparator=Zl
        ParagraphSeparator=Zp SpaceSeparator=Zs
        """;

    private static readonly Lazy<FrozenDictionary<string, RuneSet>> Sets = new(Read);

    /// <summary>The named class, or null where Go knows none of that name.</summary>
    public static RuneSet? Find(string name) => Sets.Value.GetValueOrDefault(Canonical(name));

    private static string Canonical(string name) =>
        string.Concat(name.Where(c => c is not ('_' or '-' or ' ')).Select(c => char.IsAsciiLetterUpper(c) ? (char)(c | 0x20) : c));

    private static FrozenDictionary<string, RuneSet> Read()
    {
        var categories = ReadCategories();
        foreach (string group in new[] { "C", "L", "M", "N", "P", "S", "Z", "LC" })
        {
            var union = new RuneSetBuilder();
            foreach (string code in Codes)
            {
                if (group == "LC" ? code is "Lu" or "Ll" or "Lt" : code.StartsWith(group, StringComparison.Ordinal))
                {
                    union.Add(categories[code]);
                }
            }

            categories.Add(group, union.Build());
        }

        var named = new Dictionary<string, RuneSet>(StringComparer.Ordinal)
        {
            ["any"] = RuneSet.Any,
            ["ascii"] = new([0, 0x7F]),
            ["assigned"] = RuneSetBuilder.Negate(categories["Cn"]),
        };
        foreach (var (name, set) in categories.Concat(RangeText.ReadNamed(ScriptData.Ranges)))
        {
            named.Add(Canonical(name), set);
        }

        foreach (string word in RangeText.Words(LongNames))
        {
            int sign = word.IndexOf('=', StringComparison.Ordinal);
            named.Add(Canonical(word[..sign]), categories[word[(sign + 1)..]]);
        }

        return named.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static Dictionary<string, RuneSet> ReadCategories()
    {
        var builders = Codes.Select(_ => new RuneSetBuilder()).ToArray();
        int first = 0;
        var current = CharUnicodeInfo.GetUnicodeCategory(0);
        for (int rune = 1; rune <= Utf8Rune.Max; rune++)
        {
            // Past the assigned planes, blocks are of one category but for the tags at E0000 and the last two of each plane.
            bool sparse = rune >= 0x40000 && (rune & 0xFF) == 0 && (rune & 0xFFFF) != 0xFF00 && (rune is < 0xE0000 or >= 0xE1000);
            var category = CharUnicodeInfo.GetUnicodeCategory(rune);
            if (category != current)
            {
                builders[(int)current].Add(first, rune - 1);
                (first, current) = (rune, category);
            }

            rune += sparse ? 0xFF : 0;
        }

        builders[(int)current].Add(first, Utf8Rune.Max);
        var sets = Codes.Zip(builders).ToDictionary(p => p.First, p => p.Second.Build(), StringComparer.Ordinal);
        foreach (var (corrected, moved) in RangeText.ReadNamed(CategoryData.Ranges))
        {
            foreach (string code in Codes)
            {
                sets[code] = code == corrected
                    ? new RuneSetBuilder().Add(sets[code]).Add(moved).Build()
                    : RuneSetBuilder.Negate(new RuneSetBuilder().AddNegated(sets[code]).Add(moved).Build());
            }
        }

        return sets;
    }
}
