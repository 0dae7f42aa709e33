using System.Text.RegularExpressions;

namespace CsiSecrets.Resolution.ExternalSecrets;

/// <summary>The API server's rules for names and for keys of a Secret.</summary>
internal static partial class NameRules
{
    private const int Longest = 253;
    private const int LongestKind = 63;

    public static void Object(string? name, string field, FieldProblems problems)
    {
        if (string.IsNullOrEmpty(name))
        {
            problems.Add(field, "it is required", "give the object's name");
        }
        else if (name.Length > Longest || !ObjectName().IsMatch(name))
        {
            problems.Add(field, $"{FieldProblems.Show(name)} is no name of an object", "use lower-case letters, digits, - and .");
        }
    }

    /// <summary>As the API server has it: no key is a path, or leads up one.</summary>
    public static bool IsSecretKey(string key) =>
        key.Length is > 0 and <= Longest && key != "." && !key.StartsWith("..", StringComparison.Ordinal) && SecretKey().IsMatch(key);

    /// <summary>E.g. <c>v1</c> or <c>apps/v1</c>.</summary>
    public static bool IsApiVersion(string text) => text.Length <= Longest && ApiVersion().IsMatch(text);

    public static bool IsKind(string text) => text.Length <= LongestKind && Kind().IsMatch(text);

    [GeneratedRegex(@"^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[a-z][a-z0-9]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex ApiVersion();

    [GeneratedRegex(@"^[A-Z][A-Za-z0-9]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Kind();

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex ObjectName();

    [GeneratedRegex(@"^[-._a-zA-Z0-9]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex SecretKey();
}
