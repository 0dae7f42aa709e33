using System.Text;

namespace CsiSecrets.Templates.Formatting;

/// <summary>The # flag of a float: keeps the point and the trailing zeros.</summary>
internal static class FloatTail
{
    /// <param name="number">Sign, digits and exponent.</param>
    /// <param name="verb">The verb.</param>
    /// <param name="precision">The precision; -1 for none.</param>
    public static string KeepZeros(string number, char verb, int precision)
    {
        int digits = verb is 'v' or 'g' or 'G' or 'x' ? (precision == -1 ? 6 : precision) : 0;
        bool hex = verb is 'x' or 'X';
        int mark = number.IndexOfAny(hex ? ['p', 'P'] : ['e', 'E']);
        string tail = mark < 0 ? "" : number[mark..];
        string head = mark < 0 ? number : number[..mark];
        bool point = false;
        bool nonzero = false;
        foreach (char c in head.AsSpan(1))
        {
            if (c == '.')
            {
                point = true;
                continue;
            }

            nonzero |= c != '0';
            digits -= nonzero ? 1 : 0;
        }

        StringBuilder output = new(head);
        if (!point)
        {
            digits -= head.Length == 2 && head[1] == '0' ? 1 : 0;
            output.Append('.');
        }

        return output.Append('0', Math.Max(digits, 0)).Append(tail).ToString();
    }
}
