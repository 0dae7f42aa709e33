namespace CsiSecrets.Templates.Syntax;

/// <summary>The "- " after and " -" before a delimiter, and the space that they take away.</summary>
internal static class TrimMarkers
{
    public static bool HasLeftTrim(ReadOnlySpan<byte> s) => s.Length >= 2 && s[0] == '-' && IsSpace(s[1]);

    public static bool HasRightTrim(ReadOnlySpan<byte> s) => s.Length >= 2 && IsSpace(s[0]) && s[1] == '-';

    private static bool IsSpace(byte b) => b is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';

    public static int LeadingSpace(ReadOnlySpan<byte> s)
    {
        int found = s.IndexOfAnyExcept(" \t\r\n"u8);
        return found < 0 ? s.Length : found;
    }

    public static int TrimmedRight(ReadOnlySpan<byte> s) => s.LastIndexOfAnyExcept(" \t\r\n"u8) + 1;
}
