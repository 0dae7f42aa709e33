namespace CsiSecrets.JsonQuery.Gjson;

/// <summary>Patterns with <c>*</c> for any characters, <c>?</c> for one, and a backslash before what is meant as it stands.</summary>
internal static class Wildcard
{
    public static bool Matches(string text, string pattern)
    {
        int t = 0;
        int p = 0;
        int star = -1;
        int starText = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                (star, starText) = (p++, t);
            }
            else if (p < pattern.Length && One(text, pattern, ref t, ref p))
            {
                // On to the next of both.
            }
            else if (star >= 0)
            {
                p = star + 1;
                t = ++starText;
            }
            else
            {
                return false;
            }
        }

        while (p < pattern.Length && pattern[p] == '*')
        {
            p++;
        }

        return p == pattern.Length;
    }

    private static bool One(string text, string pattern, ref int t, ref int p)
    {
        if (pattern[p] == '?')
        {
            t += char.IsSurrogatePair(text, t) ? 2 : 1;
            p++;
            return true;
        }

        int at = pattern[p] == '\\' && p + 1 < pattern.Length ? p + 1 : p;
        if (pattern[at] != text[t])
        {
            return false;
        }

        t++;
        p = at + 1;
        return true;
    }
}
