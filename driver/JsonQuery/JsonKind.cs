namespace CsiSecrets.JsonQuery;

/// <summary>The six kinds of JSON value; the names in lower case are JMESPath's type names.</summary>
internal enum JsonKind
{
    Null,
    Boolean,
    Number,
    String,
    Array,
    Object,
}
