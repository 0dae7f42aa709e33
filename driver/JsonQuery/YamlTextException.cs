namespace CsiSecrets.JsonQuery;

/// <summary>The text is not YAML, has no JSON form, or is beyond a limit. The message gives the place, never a piece of the text.</summary>
internal sealed class YamlTextException(string cause, long line, long column)
    : Exception(line == 0 ? cause : $"line {line}, column {column}: {cause}")
{
    /// <summary>From 1; zero when the place is not known.</summary>
    public long Line { get; } = line;

    public long Column { get; } = column;

    /// <summary>The message without the place.</summary>
    public string Cause { get; } = cause;
}
