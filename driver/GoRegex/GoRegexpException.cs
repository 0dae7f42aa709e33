using System.Text;

namespace CsiSecrets.GoRegex;

/// <summary>A pattern that Go refuses. The message is the one of Go's <c>regexp.Compile</c>.</summary>
internal sealed class GoRegexpException : Exception
{
    private GoRegexpException(GoRegexpError code, string message) : base(message)
    {
        Code = code;
    }

    public GoRegexpError Code { get; }

    /// <param name="expression">The part of the pattern that is at fault, as UTF-8.</param>
    public static GoRegexpException ForPattern(GoRegexpError code, ReadOnlySpan<byte> expression) =>
        new(code, $"error parsing regexp: {Words(code)}: `{Encoding.UTF8.GetString(expression)}`");

    public static GoRegexpException ForOutput(int maxBytes) =>
        new(GoRegexpError.OutputTooLarge, $"regexp: replacement grows past {maxBytes} bytes");

    /// <summary>What Go's <c>regexp.MustCompile</c> panics with for this failure.</summary>
    public string PanicMessage(string pattern) => $"regexp: Compile({Quote(pattern)}): {Message}";

    private static string Words(GoRegexpError code) => code switch
    {
        GoRegexpError.InvalidCharRange => "invalid character class range",
        GoRegexpError.InvalidEscape => "invalid escape sequence",
        GoRegexpError.InvalidNamedCapture => "invalid named capture",
        GoRegexpError.InvalidPerlOp => "invalid or unsupported Perl syntax",
        GoRegexpError.InvalidRepeatOp => "invalid nested repetition operator",
        GoRegexpError.InvalidRepeatSize => "invalid repeat count",
        GoRegexpError.InvalidUtf8 => "invalid UTF-8",
        GoRegexpError.MissingBracket => "missing closing ]",
        GoRegexpError.MissingParen => "missing closing )",
        GoRegexpError.MissingRepeatArgument => "missing argument to repetition operator",
        GoRegexpError.TrailingBackslash => "trailing backslash at end of expression",
        GoRegexpError.UnexpectedParen => "unexpected )",
        GoRegexpError.NestingDepth => "expression nests too deeply",
        _ => "expression too large",
    };

    private static string Quote(string pattern)
    {
        if (!pattern.Any(c => c is '`' or '\u007f' or '\ufeff' || (c < ' ' && c != '\t')))
        {
            return $"`{pattern}`";
        }

        var quoted = new StringBuilder("\"");
        foreach (char c in pattern)
        {
            _ = c switch
            {
                '"' or '\\' => quoted.Append('\\').Append(c),
                '\a' => quoted.Append("\\a"),
                '\b' => quoted.Append("\\b"),
                '\f' => quoted.Append("\\f"),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                '\v' => quoted.Append("\\v"),
                < ' ' or '\u007f' => quoted.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\x{(int)c:x2}"),
                '\ufeff' => quoted.Append("\\ufeff"),
                _ => quoted.Append(c),
            };
        }

        return quoted.Append('"').ToString();
    }
}
