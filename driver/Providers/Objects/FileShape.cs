using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CsiSecrets.Providers.Objects;

/// <summary>How an object's or a part's text becomes bytes.</summary>
internal enum DecodingStrategy
{
    None,
    Base64,
    Base64Url,
    Hex,
}

/// <summary>A file made of what a JMESPath finds in the value.</summary>
internal sealed record PathPart(string Expression, string FilePath, FileOwnership Access, DecodingStrategy Decoding);

/// <summary>A file for each key of the value's JSON object.</summary>
/// <param name="Prefix">Before each key.</param>
/// <param name="Decoding">Of each key's text.</param>
internal sealed record Expansion(string Prefix, DecodingStrategy Decoding);

/// <summary>The files of one object. Pure data.</summary>
internal sealed record FileShape
{
    /// <summary>Where the whole value goes; null when it is not written.</summary>
    public string? FilePath { get; init; }

    /// <summary>The name by which the class's templates know the whole value where it is not written; null where nobody does.</summary>
    public string? HiddenName { get; init; }

    public required FileOwnership Access { get; init; }

    public DecodingStrategy Decoding { get; init; }

    public IReadOnlyList<PathPart> Parts { get; init; } = [];

    public Expansion? Expansion { get; init; }

    /// <summary>What stands for <c>/</c> in a file name; null when folders are made.</summary>
    public char? SlashReplacement { get; init; }

    /// <summary>A text that is equal for equal shapes only.</summary>
    public string Canonical()
    {
        var text = new StringBuilder();
        Add(text, FilePath, HiddenName, Of(Access), Decoding.ToString(), SlashReplacement?.ToString());
        foreach (PathPart part in Parts)
        {
            Add(text, "part", part.Expression, part.FilePath, Of(part.Access), part.Decoding.ToString());
        }

        if (Expansion is not null)
        {
            Add(text, "expand", Expansion.Prefix, Expansion.Decoding.ToString());
        }

        return text.ToString();
    }

    public string Hash() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Canonical())).AsSpan(0, 16));

    private static string Of(FileOwnership access) => string.Create(CultureInfo.InvariantCulture, $"{access.Mode}:{access.Uid}:{access.Gid}");

    private static void Add(StringBuilder text, params ReadOnlySpan<string?> fields)
    {
        foreach (string? field in fields)
        {
            // Lengths keep neighbours apart whatever they contain.
            text.Append(CultureInfo.InvariantCulture, $"{field?.Length ?? -1}:{field}");
        }
    }
}
