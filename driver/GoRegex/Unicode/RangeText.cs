using System.Globalization;

namespace CsiSecrets.GoRegex.Unicode;

/// <summary>Reads the committed tables: words separated by white space, numbers in hexadecimal.</summary>
internal static class RangeText
{
    /// <summary>Each "Name:" with the ranges that follow it.</summary>
    public static Dictionary<string, RuneSet> ReadNamed(string table)
    {
        var sets = new Dictionary<string, RuneSet>(StringComparer.Ordinal);
        string name = "";
        var ranges = new RuneSetBuilder();
        foreach (string word in Words(table))
        {
            if (word[^1] == ':')
            {
                Close();
                name = word[..^1];
                ranges = new RuneSetBuilder();
                continue;
            }

            int dash = word.IndexOf('-', StringComparison.Ordinal);
            int first = Hex(dash < 0 ? word : word.AsSpan(0, dash));
            ranges.Add(first, dash < 0 ? first : Hex(word.AsSpan(dash + 1)));
        }

        Close();
        return sets;

        void Close()
        {
            if (name.Length > 0)
            {
                sets.Add(name, ranges.Build());
            }
        }
    }

    public static string[] Words(string table) =>
        table.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    public static int Hex(ReadOnlySpan<char> digits) => int.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
