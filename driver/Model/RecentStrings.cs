namespace CsiSecrets.Model;

/// <summary>Names that come again and again, within one object and in those that come after it, each as one string: the most recent ones are known.
/// For what manifests call things, never for values.</summary>
internal static class RecentStrings
{
    private const int Slots = 4096;
    private const int Longest = 64;

    // Threads may write over each other: then there are two strings where one would do.
    private static readonly string?[] Recent = new string?[Slots];

    public static string Of(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > Longest)
        {
            return text.ToString();
        }

        ref string? slot = ref Recent[(uint)string.GetHashCode(text) % Slots];
        string? there = slot;
        return there is not null && text.SequenceEqual(there) ? there : slot = text.ToString();
    }
}
