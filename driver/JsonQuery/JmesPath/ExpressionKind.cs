namespace CsiSecrets.JsonQuery.JmesPath;

internal enum ExpressionKind
{
    Current,
    Field,
    Index,
    Slice,
    Literal,
    Chain,
    ListProjection,
    ValueProjection,
    FilterProjection,
    Flatten,
    MultiSelectList,
    MultiSelectHash,
    Or,
    And,
    Not,
    Comparison,
    Call,
    Reference,
}
