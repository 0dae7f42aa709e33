namespace CsiSecrets.JsonQuery.JmesPath;

/// <summary>What a function's argument may be.</summary>
[Flags]
internal enum ArgumentTypes
{
    None = 0,
    Null = 1,
    Boolean = 2,
    Number = 4,
    String = 8,
    Array = 16,
    Object = 32,
    Any = Null | Boolean | Number | String | Array | Object,
    NumberArray = 64,
    StringArray = 128,
    Reference = 256,
}
