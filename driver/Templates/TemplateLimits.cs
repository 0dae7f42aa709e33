namespace CsiSecrets.Templates;

/// <summary>The bounds of one parse and of one render. A template is a tenant's input.</summary>
internal sealed record TemplateLimits
{
    public static readonly TemplateLimits Default = new();

    /// <summary>Largest template text, in bytes.</summary>
    public int TextBytes { get; init; } = 1 << 20;

    /// <summary>Most words and signs in a text; the tree of a text takes about 60 bytes for each.</summary>
    public int Tokens { get; init; } = 100_000;

    /// <summary>Deepest nesting of actions and parentheses in a text.</summary>
    public int Nesting { get; init; } = 250;

    /// <summary>Wall time of one render, without the expensive calls it was allowed.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Largest output, in bytes.</summary>
    public int OutputBytes { get; init; } = 2 << 20;

    /// <summary>Templates within templates.</summary>
    public int Depth { get; init; } = 500;

    /// <summary>Nodes walked, elements visited, values compared.</summary>
    public long Steps { get; init; } = 2_000_000;

    /// <summary>Bytes that the functions of one render may allocate in all.</summary>
    public long AllocatedBytes { get; init; } = 16 << 20;

    /// <summary>Whether bcrypt, htpasswd, derivePassword, the gen* functions and their like may be called at all.</summary>
    public bool AllowExpensive { get; init; }

    /// <summary>How many expensive calls one render may make.</summary>
    public int ExpensiveCalls { get; init; } = 8;
}
