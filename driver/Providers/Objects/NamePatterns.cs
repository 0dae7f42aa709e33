using System.Text;
using CsiSecrets.GoRegex;

namespace CsiSecrets.Providers.Objects;

/// <summary>RE2 patterns of names.</summary>
internal static class NamePatterns
{
    /// <summary>What is wrong with a pattern; null when it compiles.</summary>
    public static string? Problem(string pattern)
    {
        try
        {
            GoRegexp.Parse(pattern);
            return null;
        }
        catch (GoRegexpException e)
        {
            return e.Message;
        }
    }

    public static Func<string, bool> Compile(string pattern)
    {
        GoRegexp regexp = GoRegexp.Parse(pattern);
        return name => regexp.IsMatch(Encoding.UTF8.GetBytes(name), CancellationToken.None);
    }
}
