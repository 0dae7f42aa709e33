using System.Globalization;

namespace CsiSecrets.Model;

/// <summary>Text from manifests and answers as part of a message: one line, readable, not endless. A hostile name must not split a log line,
/// hide what follows, or make an answer that no gRPC client takes.</summary>
internal static class OneLine
{
    /// <summary>Longest message. What is cut is the middle: who failed stands in front, what to do stands at the end.</summary>
    public const int MaxLength = 4096;

    private const string Gap = " … ";

    public static string Of(string text)
    {
        if (text.Length > MaxLength)
        {
            int half = (MaxLength - Gap.Length) / 2;
            text = string.Concat(text.AsSpan(0, half), Gap, text.AsSpan(text.Length - half));
        }

        return text.AsSpan().ContainsAnyExceptInRange(' ', '~') ? string.Concat(text.Select(Shown)) : text;
    }

    private static char Shown(char c) => char.GetUnicodeCategory(c) switch
    {
        UnicodeCategory.Control when c is '\n' or '\r' or '\t' => ' ',
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.Surrogate => '?',
        _ => c,
    };
}
