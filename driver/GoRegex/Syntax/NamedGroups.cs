using System.Collections.Frozen;
using CsiSecrets.GoRegex.Unicode;

namespace CsiSecrets.GoRegex.Syntax;

/// <summary>The ASCII classes: \d, \s, \w and [:alpha:] with its kin.</summary>
internal static class NamedGroups
{
    private static readonly FrozenDictionary<string, RuneSet> Posix = new Dictionary<string, RuneSet>(StringComparer.Ordinal)
    {
        ["alnum"] = new(['0', '9', 'A', 'Z', 'a', 'z']),
        ["alpha"] = new(['A', 'Z', 'a', 'z']),
        ["ascii"] = new([0, 0x7F]),
        ["blank"] = new(['\t', '\t', ' ', ' ']),
        ["cntrl"] = new([0, 0x1F, 0x7F, 0x7F]),
        ["digit"] = new(['0', '9']),
        ["graph"] = new(['!', '~']),
        ["lower"] = new(['a', 'z']),
        ["print"] = new([' ', '~']),
        ["punct"] = new(['!', '/', ':', '@', '[', '`', '{', '~']),
        ["space"] = new(['\t', '\r', ' ', ' ']),
        ["upper"] = new(['A', 'Z']),
        ["word"] = new(['0', '9', 'A', 'Z', '_', '_', 'a', 'z']),
        ["xdigit"] = new(['0', '9', 'A', 'F', 'a', 'f']),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // Perl's \s has no vertical tab.
    private static readonly RuneSet PerlSpace = new(['\t', '\n', '\f', '\r', ' ', ' ']);

    public static RuneSet? FindPosix(string name) => Posix.GetValueOrDefault(name);

    /// <summary>The class of \d, \D, \s, \S, \w, \W before negation, or null for another letter.</summary>
    public static RuneSet? FindPerl(int letter) => letter switch
    {
        'd' or 'D' => Posix["digit"],
        's' or 'S' => PerlSpace,
        'w' or 'W' => Posix["word"],
        _ => null,
    };
}
