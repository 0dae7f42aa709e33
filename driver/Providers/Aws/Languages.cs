using CsiSecrets.Model;

namespace CsiSecrets.Providers.Aws;

/// <summary>The two languages that a class may use, as functions.</summary>
internal sealed record Languages
{
    /// <summary>Compiles an RE2 pattern to a test of names. Throws <see cref="FormatException"/> with what is wrong.</summary>
    public required Func<string, Func<string, bool>> Pattern { get; init; }

    /// <summary>What is wrong with a JMESPath expression; null when it parses.</summary>
    public required Func<string, string?> JmesPathProblem { get; init; }

    /// <summary>
    /// JSON text and expression to the result: a string's own text, any other type as compact JSON, null when the result is null. Throws
    /// <see cref="FormatException"/> when the text is not JSON or a function rejects its arguments; its message holds no value.
    /// </summary>
    public required Func<SecretBytes, string, SecretBytes?> JmesPathSearch { get; init; }

    /// <summary>What is wrong with an RE2 pattern; null when it compiles.</summary>
    public string? PatternProblem(string pattern)
    {
        try
        {
            Pattern(pattern);
            return null;
        }
        catch (FormatException e)
        {
            return $"is not a pattern: {e.Message}";
        }
    }
}
