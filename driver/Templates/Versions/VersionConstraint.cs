using System.Text;
using System.Text.RegularExpressions;
using CsiSecrets.GoRegex;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Versions;

/// <summary>A constraint of Masterminds' semver: alternatives by ||, each a list of comparisons that must all hold.</summary>
internal sealed partial class VersionConstraint
{
    private const string Version = @"v?([0-9|x|X|\*]+)(\.[0-9|x|X|\*]+)?(\.[0-9|x|X|\*]+)?(-([0-9A-Za-z\-]+(\.[0-9A-Za-z\-]+)*))?(\+([0-9A-Za-z\-]+(\.[0-9A-Za-z\-]+)*))?";

    /// <summary>By Go's own engine: a backtracking one takes exponential time on spaces.</summary>
    private static readonly GoRegexp Whole = GoRegexp.Parse(@"^(\s*(?:!=|>=|=>|<=|=<|~>|=|>|<|~|\^)?\s*(?:" + Version + @")\s*)((?:\s+|,\s*)(?:!=|>=|=>|<=|=<|~>|=|>|<|~|\^)?\s*(?:" + Version + @")\s*)*$");

    private readonly List<List<Comparison>> alternatives;

    private VersionConstraint(List<List<Comparison>> alternatives) => this.alternatives = alternatives;

    public static VersionConstraint Parse(string text)
    {
        string expanded = Range().Replace(text, static m => $">={m.Groups[1].Value} <={m.Groups[2].Value}");
        List<List<Comparison>> alternatives = [];
        foreach (string alternative in expanded.Split("||"))
        {
            if (!Whole.IsMatch(Encoding.UTF8.GetBytes(alternative), CancellationToken.None))
            {
                throw new GoException("improper constraint: " + text, "the version constraint is improper");
            }

            alternatives.Add([.. One().Matches(alternative).Select(static m => Comparison.Of(m))]);
        }

        return new VersionConstraint(alternatives);
    }

    public bool Holds(SemanticVersion version) => alternatives.Exists(all => all.TrueForAll(one => one.Holds(version)));

    [GeneratedRegex(@"\s*(v?[0-9xX*|]+(?:\.[0-9xX*|]+)*(?:-[0-9A-Za-z\-.]+)?(?:\+[0-9A-Za-z\-.]+)?)\s+-\s+(v?[0-9xX*|]+(?:\.[0-9xX*|]+)*(?:-[0-9A-Za-z\-.]+)?(?:\+[0-9A-Za-z\-.]+)?)\s*", RegexOptions.CultureInvariant)]
    private static partial Regex Range();

    [GeneratedRegex(@"(?<op>!=|>=|=>|<=|=<|~>|=|>|<|~|\^)?\s*v?(?<major>[0-9xX*|]+)(?:\.(?<minor>[0-9xX*|]+))?(?:\.(?<patch>[0-9xX*|]+))?(?<tail>(?:-[0-9A-Za-z\-.]+)?(?:\+[0-9A-Za-z\-.]+)?)", RegexOptions.CultureInvariant)]
    private static partial Regex One();

    /// <summary>One operator and version, of which parts may be left open.</summary>
    private sealed record Comparison(string Operator, SemanticVersion Bound, bool MajorOpen, bool MinorOpen, bool PatchOpen)
    {
        public static Comparison Of(Match match)
        {
            string major = match.Groups["major"].Value;
            string minor = match.Groups["minor"].Value;
            string patch = match.Groups["patch"].Value;
            bool majorOpen = IsOpen(major);
            bool minorOpen = majorOpen || minor.Length == 0 || IsOpen(minor);
            bool patchOpen = minorOpen || patch.Length == 0 || IsOpen(patch);
            string text = majorOpen ? "0.0.0" : minorOpen ? $"{major}.0.0" : patchOpen ? $"{major}.{minor}.0" : $"{major}.{minor}.{patch}";
            return new Comparison(match.Groups["op"].Value, SemanticVersion.Parse(text + match.Groups["tail"].Value), majorOpen, minorOpen, patchOpen);
        }

        public bool Holds(SemanticVersion v)
        {
            // A pre-release fits only where the constraint names one.
            bool excluded = v.Prerelease.Length > 0 && Bound.Prerelease.Length == 0;
            int order = v.CompareTo(Bound);
            return Operator switch
            {
                "!=" => NotEqual(v, excluded, order),
                ">" => !excluded && Greater(v, order),
                "<" => !excluded && order < 0,
                ">=" or "=>" => !excluded && order >= 0,
                "<=" or "=<" => !excluded && LessOrEqual(v, order),
                "~" or "~>" => !excluded && Tilde(v, order),
                "^" => !excluded && Caret(v, order),
                _ => PatchOpen ? !excluded && Tilde(v, order) : order == 0,
            };
        }

        private static bool IsOpen(string part) => part is "x" or "X" or "*";

        private bool NotEqual(SemanticVersion v, bool excluded, int order)
        {
            if (!PatchOpen)
            {
                return order != 0;
            }

            return !excluded && !MajorOpen && (v.Major != Bound.Major || (!MinorOpen && v.Minor != Bound.Minor));
        }

        private bool Greater(SemanticVersion v, int order)
        {
            if (!PatchOpen)
            {
                return order > 0;
            }

            return v.Major != Bound.Major ? v.Major > Bound.Major : !MinorOpen && v.Minor > Bound.Minor;
        }

        private bool LessOrEqual(SemanticVersion v, int order)
        {
            if (!PatchOpen || MajorOpen)
            {
                return MajorOpen || order <= 0;
            }

            return v.Major != Bound.Major ? v.Major < Bound.Major : MinorOpen || v.Minor <= Bound.Minor;
        }

        private bool Tilde(SemanticVersion v, int order) =>
            MajorOpen || (order >= 0 && v.Major == Bound.Major && (MinorOpen || v.Minor == Bound.Minor));

        private bool Caret(SemanticVersion v, int order)
        {
            if (order < 0)
            {
                return false;
            }

            if (Bound.Major > 0 || MinorOpen)
            {
                return MajorOpen || v.Major == Bound.Major;
            }

            if (v.Major > 0)
            {
                return false;
            }

            if (Bound.Minor > 0 || PatchOpen)
            {
                return v.Minor == Bound.Minor;
            }

            return v.Minor == 0 && v.Patch == Bound.Patch;
        }
    }
}
