using System.Text.RegularExpressions;

namespace CsiSecrets.Resolution.ExternalSecrets;

/// <summary>The API server's rules for names and for keys of a Secret.</summary>
internal static partial class NameRules
{
    private const int Longest = 253;

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

    public static bool IsSecretKey(string key) => key.Length is > 0 and <= Longest && SecretKey().IsMatch(key);

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex ObjectName();

    [GeneratedRegex(@"^[-._a-zA-Z0-9]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex SecretKey();
}
