using System.Globalization;
using System.Text.RegularExpressions;
using CsiSecrets.Templates.Functions;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Versions;

/// <summary>A semantic version as Masterminds' semver reads it: a leading v and missing parts are allowed.</summary>
internal sealed partial class SemanticVersion : GoObject
{
    public static readonly GoType Pointer = new("*semver.Version", GoKind.Ptr);
    private static readonly GoType Struct = new("semver.Version", GoKind.Struct);

    private SemanticVersion(ulong major, ulong minor, ulong patch, string prerelease, string metadata, string original, bool pointer)
    {
        Major = major;
        Minor = minor;
        Patch = patch;
        Prerelease = prerelease;
        Metadata = metadata;
        Original = original;
        Type = pointer ? Pointer : Struct;
    }

    public ulong Major { get; }

    public ulong Minor { get; }

    public ulong Patch { get; }

    public string Prerelease { get; }

    public string Metadata { get; }

    public string Original { get; }

    public override GoType Type { get; }

    public override GoString? Text => GoString.From(ToString());

    public static SemanticVersion Parse(string text)
    {
        Match match = Pattern().Match(text);
        if (!match.Success || text.Length > 256)
        {
            throw GoException.Plain("invalid semantic version");
        }

        string prerelease = match.Groups["pre"].Value;
        if (prerelease.Split('.').Any(static p => p.Length > 1 && p[0] == '0' && p.All(char.IsAsciiDigit)))
        {
            throw GoException.Plain("version segment starts with 0");
        }

        return new SemanticVersion(Number(match, 1), Number(match, 2), Number(match, 3), prerelease, match.Groups["meta"].Value, text, true);
    }

    /// <summary>By precedence: metadata does not count.</summary>
    public int CompareTo(SemanticVersion other)
    {
        int order = Major.CompareTo(other.Major);
        order = order != 0 ? order : Minor.CompareTo(other.Minor);
        order = order != 0 ? order : Patch.CompareTo(other.Patch);
        return order != 0 ? order : ComparePrerelease(Prerelease, other.Prerelease);
    }

    public override bool SameAs(GoObject other) => other is SemanticVersion version
        && CompareTo(version) == 0 && Metadata == version.Metadata && Original == version.Original;

    public override string ToString() =>
        $"{Major}.{Minor}.{Patch}" + (Prerelease.Length > 0 ? "-" + Prerelease : "") + (Metadata.Length > 0 ? "+" + Metadata : "");

    public override TemplateFunction? Method(string name) => name switch
    {
        "Major" => Value(name, () => Major),
        "Minor" => Value(name, () => Minor),
        "Patch" => Value(name, () => Patch),
        "Prerelease" => Value(name, () => GoString.From(Prerelease)),
        "Metadata" => Value(name, () => GoString.From(Metadata)),
        "Original" => Value(name, () => GoString.From(Original)),
        "String" => Value(name, () => Text!),
        "IncMajor" => Value(name, () => Increased(Major + 1, 0, 0)),
        "IncMinor" => Value(name, () => Increased(Major, Minor + 1, 0)),
        "IncPatch" => Value(name, () => Increased(Major, Minor, Prerelease.Length > 0 ? Patch : Patch + 1)),
        "SetPrerelease" => new TemplateFunction(name, [GoType.String], false, (_, a) => Changed(a[0]!.ToString()!, Metadata)),
        "SetMetadata" => new TemplateFunction(name, [GoType.String], false, (_, a) => Changed(Prerelease, a[0]!.ToString()!)),
        "Compare" => Test(name, static order => Boxed.Int(order)),
        "Equal" => Test(name, static order => Boxed.Bool(order == 0)),
        "LessThan" => Test(name, static order => Boxed.Bool(order < 0)),
        "LessThanEqual" => Test(name, static order => Boxed.Bool(order <= 0)),
        "GreaterThan" => Test(name, static order => Boxed.Bool(order > 0)),
        "GreaterThanEqual" => Test(name, static order => Boxed.Bool(order >= 0)),
        _ => null,
    };

    private static TemplateFunction Value(string name, Func<object> read) => new(name, [], false, (_, _) => read());

    private TemplateFunction Test(string name, Func<int, object> result) =>
        new(name, [Pointer], false, (_, a) => result(CompareTo((SemanticVersion)a[0]!)));

    private SemanticVersion Increased(ulong major, ulong minor, ulong patch) =>
        new(major, minor, patch, "", "", (Original.StartsWith('v') ? "v" : "") + $"{major}.{minor}.{patch}", false);

    private SemanticVersion Changed(string prerelease, string metadata)
    {
        SemanticVersion changed = new(Major, Minor, Patch, prerelease, metadata, "", false);
        string text = changed.ToString();
        return Pattern().IsMatch(text)
            ? new(Major, Minor, Patch, prerelease, metadata, (Original.StartsWith('v') ? "v" : "") + text, false)
            : throw GoException.Plain("invalid prerelease or metadata string");
    }

    private static ulong Number(Match match, int group)
    {
        string digits = match.Groups[group].Value;
        return digits.Length == 0 ? 0
            : ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) ? value
            : throw GoException.Plain("error parsing version segment: value out of range");
    }

    private static int ComparePrerelease(string left, string right)
    {
        if (left.Length == 0 || right.Length == 0)
        {
            return left == right ? 0 : left.Length == 0 ? 1 : -1;
        }

        string[] a = left.Split('.');
        string[] b = right.Split('.');
        for (int i = 0; i < Math.Max(a.Length, b.Length); i++)
        {
            if (i >= a.Length || i >= b.Length)
            {
                return i >= a.Length ? -1 : 1;
            }

            int order = CompareIdentifier(a[i], b[i]);
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }

    private static int CompareIdentifier(string left, string right)
    {
        bool a = ulong.TryParse(left, NumberStyles.None, CultureInfo.InvariantCulture, out ulong x);
        bool b = ulong.TryParse(right, NumberStyles.None, CultureInfo.InvariantCulture, out ulong y);
        return (a, b) switch
        {
            (true, true) => x.CompareTo(y),
            (true, false) => -1,
            (false, true) => 1,
            _ => Math.Sign(string.CompareOrdinal(left, right)),
        };
    }

    [GeneratedRegex(@"^v?([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?(?:-(?<pre>[0-9A-Za-z\-]+(?:\.[0-9A-Za-z\-]+)*))?(?:\+(?<meta>[0-9A-Za-z\-]+(?:\.[0-9A-Za-z\-]+)*))?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
