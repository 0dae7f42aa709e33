namespace CsiSecrets.GoRegex;

/// <summary>Bytes Start up to End of a text.</summary>
internal readonly record struct MatchRange(int Start, int End)
{
    public int Length => End - Start;

    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> text) => text[Start..End];
}
