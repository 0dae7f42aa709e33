using System.Text;
using CsiSecrets.GoRegex;
using CsiSecrets.Model;

namespace CsiSecrets.Providers.Aws;

/// <summary>JMESPath as functions.</summary>
internal sealed record Languages
{
    /// <summary>What is wrong with a JMESPath expression; null when it parses.</summary>
    public required Func<string, string?> JmesPathProblem { get; init; }

    /// <summary>
    /// JSON text and expression to the result: a string's own text, any other type as compact JSON, null when the result is null. Throws
    /// <see cref="FormatException"/> when the text is not JSON or a function rejects its arguments; its message holds no value.
    /// </summary>
    public required Func<SecretBytes, string, SecretBytes?> JmesPathSearch { get; init; }
}

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
