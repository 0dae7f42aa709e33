namespace CsiSecrets.Templates;

/// <summary>What a field of a map gives where the map has no such key: Go's option missingkey.</summary>
internal enum MissingKey
{
    /// <summary>Nothing; prints as &lt;no value&gt;.</summary>
    Default,

    /// <summary>The zero value of the element type.</summary>
    Zero,

    /// <summary>An error. External Secrets Operator's choice for secrets.</summary>
    Error,
}
