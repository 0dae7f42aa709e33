using System.Text;

namespace CsiSecrets.JsonQuery.Gjson;

/// <summary>Scans of path texts.</summary>
internal static class GjsonText
{
    /// <summary>The path up to the first pipe that is in no query, string or bracket, and what follows it.</summary>
    public static (string Left, string? Pipe) SplitPipe(string path)
    {
        int depth = 0;
        for (int i = 0; i < path.Length; i++)
        {
            switch (path[i])
            {
                case '\\':
                    i++;
                    break;
                case '(' or '[' or '{':
                    depth++;
                    break;
                case ')' or ']' or '}':
                    depth--;
                    break;
                case '"' when depth > 0:
                    i = EndOfString(path, i);
                    break;
                case '|' when depth <= 0:
                    return (path[..i], path[(i + 1)..]);
            }
        }

        return (path, null);
    }

    /// <summary>The index of the quote that ends the string that begins at <paramref name="start"/>; the text's end where none does.</summary>
    public static int EndOfString(string text, int start)
    {
        int i = start + 1;
        while (i < text.Length && text[i] != '"')
        {
            i += text[i] == '\\' ? 2 : 1;
        }

        return Math.Min(i, text.Length);
    }

    /// <summary>How long the JSON value is with which the text begins: balanced brackets, or a string.</summary>
    public static int LengthOfValue(string text)
    {
        if (text[0] == '"')
        {
            return Math.Min(EndOfString(text, 0) + 1, text.Length);
        }

        int depth = 0;
        for (int i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '"':
                    i = EndOfString(text, i);
                    break;
                case '{' or '[':
                    depth++;
                    break;
                case '}' or ']':
                    depth--;
                    if (depth == 0)
                    {
                        return i + 1;
                    }

                    break;
            }
        }

        return text.Length;
    }

    /// <summary>A JSON string as Go's encoding/json writes it.</summary>
    public static byte[] Quote(string text) => Encoding.UTF8.GetBytes(
        Encoding.UTF8.GetString(JsonTreeWriter.ToJson(JsonTree.Of(text), JsonTreeLimits.Default.MaxBytes))
            .Replace("<", "\\u003c", StringComparison.Ordinal)
            .Replace(">", "\\u003e", StringComparison.Ordinal)
            .Replace("&", "\\u0026", StringComparison.Ordinal));
}
