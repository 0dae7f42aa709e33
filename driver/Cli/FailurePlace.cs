using System.Globalization;
using System.Text.RegularExpressions;
using CsiSecrets.Model;

namespace CsiSecrets.Cli;

/// <summary>From a render's failure, which names a field and a line and column in the template, to the place in the author's file.</summary>
internal static partial class FailurePlace
{
    /// <param name="failure">Its subject is <c>Kind namespace/name: field</c>.</param>
    /// <param name="document">The manifest.</param>
    /// <param name="textOf">Where the field's template is in truth: another document and path, where it is by reference.</param>
    public static SourcePlace Of(
        SecretsException failure, ManifestDocument document, Func<string, (ManifestDocument Document, string Path)?> textOf)
    {
        int colon = failure.Subject.IndexOf(": ", StringComparison.Ordinal);
        string field = colon < 0 ? "" : failure.Subject[(colon + 2)..];
        (ManifestDocument file, string path) = textOf(field) ?? (document, field);
        Match position = Position().Match(failure.Cause);
        int line = position.Success ? Number(position, 1) : 1;
        int offset = position.Success && position.Groups[2].Success ? Number(position, 2) : -1;
        (long Line, long Column)? found = Locate(file, path, line, offset);
        return found is { } place
            ? new SourcePlace(file.File, place.Line, place.Column, file.Text.Split('\n').ElementAtOrDefault((int)place.Line - 1)?.TrimEnd('\r'))
            : new SourcePlace(file.File, file.Line);
    }

    private static (long Line, long Column)? Locate(ManifestDocument file, string path, int line, int offset)
    {
        // The templates of a class are YAML within a text of the manifest.
        const string Inner = "parameters.templates";
        if (!path.StartsWith(Inner, StringComparison.Ordinal))
        {
            return ScalarFinder.Find(file.Text, file.Line, FieldPath.Read(path))?.Locate(line, offset);
        }

        ScalarPlace? outer = ScalarFinder.Find(file.Text, file.Line, ["spec", "parameters", "templates"]);
        if (outer is null || ScalarFinder.Find(outer.Text, FirstLine(outer.Text), FieldPath.Read(path[Inner.Length..])) is not { } inner)
        {
            return outer?.Locate(1, -1);
        }

        (long innerLine, long innerColumn) = inner.Locate(line, offset);
        string text = outer.Text.Split('\n').ElementAtOrDefault((int)innerLine - 1) ?? "";
        int before = innerColumn == 0 ? -1 : System.Text.Encoding.UTF8.GetByteCount(text.AsSpan(0, Math.Min(text.Length, (int)innerColumn - 1)));
        return outer.Locate((int)innerLine, before);
    }

    private static long FirstLine(string yaml)
    {
        string[] lines = yaml.Split('\n');
        return 1 + Array.FindIndex(lines, l => l.Trim().Length > 0 && !l.TrimStart().StartsWith('#') && !l.StartsWith("---", StringComparison.Ordinal));
    }

    private static int Number(Match match, int group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^template: .*?:([0-9]{1,8})(?::([0-9]{1,8}))?: ")]
    private static partial Regex Position();
}
