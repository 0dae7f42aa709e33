using System.Globalization;
using System.Text;

namespace CsiSecrets.Tests.Templates.Crypto;

/// <summary>
/// Runs a template that is one pipeline of calls, so that these functions are held against the vectors without the engine.
/// Anything else is told by <see cref="NotSupportedException"/>. Values: bytes, numbers, truth, lists of text.
/// </summary>
internal sealed class CallChain(IReadOnlyDictionary<string, byte[]> data)
{
    private string text = "";
    private int at;

    public byte[] Run(string template)
    {
        if (!template.StartsWith("{{ ", StringComparison.Ordinal) || template.IndexOf("}}", StringComparison.Ordinal) != template.Length - 2)
        {
            throw new NotSupportedException(template);
        }

        text = template[3..^2];
        at = 0;
        var value = Pipeline();
        return at == text.Length ? Print(value) : throw new NotSupportedException(template);
    }

    public static byte[] Print(object value) => value switch
    {
        byte[] bytes => bytes,
        bool truth => Encoding.UTF8.GetBytes(truth ? "true" : "false"),
        IReadOnlyList<string> list => Encoding.UTF8.GetBytes($"[{string.Join(' ', list)}]"),
        _ => Encoding.UTF8.GetBytes(Convert.ToString(value, CultureInfo.InvariantCulture)!),
    };

    private object Pipeline()
    {
        var value = Command(null);
        while (Peek() == '|')
        {
            at++;
            value = Command(value);
        }

        return value;
    }

    private object Command(object? piped)
    {
        if (Peek() is not (>= 'a' and <= 'z'))
        {
            return Operand();
        }

        var name = Word();
        var arguments = new List<object>();
        while (Peek() is not ('|' or ')' or '\0'))
        {
            arguments.Add(Operand());
        }

        if (piped is not null)
        {
            arguments.Add(piped);
        }

        return VectorFunctions.Call(name, arguments);
    }

    private object Operand()
    {
        switch (Peek())
        {
            case '"':
                var end = text.IndexOf('"', at + 1);
                var literal = text[(at + 1)..end];
                at = end + 1;
                return literal.Contains('\\', StringComparison.Ordinal)
                    ? throw new NotSupportedException(literal)
                    : Encoding.UTF8.GetBytes(literal);
            case '.':
                at++;
                return data[Word()];
            case '(':
                at++;
                var value = Pipeline();
                at++;
                return value;
            default:
                var word = Word();
                return int.TryParse(word, CultureInfo.InvariantCulture, out var number) ? number : throw new NotSupportedException(word);
        }
    }

    private char Peek()
    {
        while (at < text.Length && text[at] == ' ')
        {
            at++;
        }

        return at < text.Length ? text[at] : '\0';
    }

    private string Word()
    {
        var start = at;
        while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] is '_' or '-'))
        {
            at++;
        }

        return at > start ? text[start..at] : throw new NotSupportedException(text);
    }
}
