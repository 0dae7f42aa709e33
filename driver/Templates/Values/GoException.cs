namespace CsiSecrets.Templates.Values;

/// <summary>
/// What a function reports as its error, or as its panic. <see cref="Exception.Message"/> is Go's text and may show data;
/// <see cref="Safe"/> is the part of it that never does, or null.
/// </summary>
internal sealed class GoException : Exception
{
    public GoException(string message, string? safe = null)
        : base(message)
    {
        Safe = safe;
    }

    public string? Safe { get; }

    /// <summary>A message of constants and type names only.</summary>
    public static GoException Plain(string message) => new(message, message);
}
