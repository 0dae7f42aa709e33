namespace CsiSecrets.Templates.Syntax;

/// <summary>The text is not a template. The message is Go's, without the name and line in front.</summary>
internal sealed class ParseException(string message, int line) : Exception(message)
{
    public int Line { get; } = line;
}
