namespace CsiSecrets.JsonQuery.JmesPath;

/// <summary>An expression is wrong, or does not fit the document. The message may quote the expression, never the document.</summary>
internal sealed class JmesPathException(JmesPathErrorKind kind, string message, int offset)
    : Exception($"{message} (at character {offset + 1} of the expression)")
{
    public JmesPathErrorKind Kind { get; } = kind;

    /// <summary>From 0, in UTF-16 units of the expression's text.</summary>
    public int Offset { get; } = offset;
}
