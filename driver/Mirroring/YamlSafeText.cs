using System.Buffers;
using System.Globalization;
using System.Text;

namespace CsiSecrets.Mirroring;

/// <summary>
/// A JSON string that reads the same as YAML, which is what an apply is read as: no escaped surrogates, which YAML refuses, and no raw
/// character that YAML does not print or takes for the end of a line.
/// </summary>
internal static class YamlSafeText
{
    private static readonly SearchValues<char> Special = SearchValues.Create("\"\\\u2028\u2029\uFEFF\uFFFE\uFFFF");

    public static byte[] Quote(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        for (int n = 0; n < text.Length; n++)
        {
            char c = text[n];
            if (c is '"' or '\\')
            {
                quoted.Append('\\').Append(c);
            }
            else if (c < ' ' || c is >= '\u007F' and <= '\u009F' || Special.Contains(c))
            {
                quoted.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
            }
            else if (char.IsHighSurrogate(c) && n + 1 < text.Length && char.IsLowSurrogate(text[n + 1]))
            {
                quoted.Append(c).Append(text[++n]);
            }
            else
            {
                quoted.Append(char.IsSurrogate(c) ? '\uFFFD' : c);
            }
        }

        return Encoding.UTF8.GetBytes(quoted.Append('"').ToString());
    }
}
