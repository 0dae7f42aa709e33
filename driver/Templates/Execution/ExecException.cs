namespace CsiSecrets.Templates.Execution;

/// <summary>Ends an execution: Go's message, already with its place, and the text of it that shows no data.</summary>
internal sealed class ExecException(string message, string safe, int line, int column) : Exception(message)
{
    public string Safe { get; } = safe;

    public int Line { get; } = line;

    public int Column { get; } = column;

    /// <summary>The key that a map had not, where that is the failure.</summary>
    public string? MissingKey { get; init; }
}
