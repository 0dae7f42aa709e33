namespace CsiSecrets.JsonQuery;

/// <summary>The text is not JSON, or is beyond a limit. The message gives line and column (from 1, in bytes), never a piece of the text.</summary>
internal sealed class JsonTreeException(string cause, long line, long column)
    : Exception(line == 0 ? cause : $"{cause} at line {line}, column {column}")
{
    /// <summary>Zero when the place is not known.</summary>
    public long Line { get; } = line;

    public long Column { get; } = column;
}
