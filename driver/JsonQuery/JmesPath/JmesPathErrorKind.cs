namespace CsiSecrets.JsonQuery.JmesPath;

/// <summary>The specification's error classes, and one of ours for what would cost too much.</summary>
internal enum JmesPathErrorKind
{
    Syntax,
    InvalidType,
    InvalidArity,
    UnknownFunction,
    InvalidValue,
    LimitExceeded,
}
