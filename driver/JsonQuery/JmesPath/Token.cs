namespace CsiSecrets.JsonQuery.JmesPath;

/// <param name="Text">The source text; of a quoted name, the name.</param>
/// <param name="Literal">Of a literal or raw string, its value.</param>
internal readonly record struct Token(TokenKind Kind, int Offset, string Text, JsonTree? Literal = null);
