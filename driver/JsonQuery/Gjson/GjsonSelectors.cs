using System.Buffers;

namespace CsiSecrets.JsonQuery.Gjson;

/// <summary>One of the paths of a multipath.</summary>
/// <param name="Name">As it is written before the colon; empty to take the path's last name.</param>
/// <param name="Path">The path.</param>
internal sealed record GjsonSelector(string Name, string Path)
{
    private static readonly SearchValues<char> Syntax = SearchValues.Create("[]{}()#|!");

    /// <summary>The member's name in the new object.</summary>
    public string MemberName()
    {
        if (Name.Length > 0)
        {
            return Name[0] == '"' && GjsonReader.TryRead(System.Text.Encoding.UTF8.GetBytes(Name)) is { Kind: JsonKind.String } text ? text.Text : Name;
        }

        int start = 0;
        for (int i = Path.Length - 1; i >= 0 && start == 0; i--)
        {
            start = Path[i] is '.' or '|' && (i == 0 || Path[i - 1] != '\\') ? i + 1 : 0;
        }

        string last = Path[start..];
        return last.Length > 0 && !last.AsSpan().ContainsAny(Syntax) && !last.Any(c => c < ' ') ? last : "_";
    }
}

/// <summary>Reads <c>{...}</c> and <c>[...]</c> at the start of a path.</summary>
internal static class GjsonSelectors
{
    /// <summary>Null when the brackets do not end.</summary>
    public static IReadOnlyList<GjsonSelector>? TryParse(string path, out string rest)
    {
        var selectors = new List<GjsonSelector>();
        rest = "";
        int depth = 1;
        int colon = -1;
        int start = 1;
        bool modifier = false;
        for (int i = 1; i < path.Length; i++)
        {
            bool ends = false;
            switch (path[i])
            {
                case '\\':
                    i++;
                    break;
                case '@':
                    modifier |= i == start || path[i - 1] is '.' or '|';
                    break;
                case ':' when depth == 1 && !modifier && colon < 0:
                    colon = i;
                    break;
                case ',' when depth == 1:
                    ends = true;
                    break;
                case '"':
                    i = GjsonText.EndOfString(path, i);
                    break;
                case '[' or '(' or '{':
                    depth++;
                    break;
                case ']' or ')' or '}':
                    depth--;
                    ends = depth == 0;
                    break;
            }

            if (!ends)
            {
                continue;
            }

            selectors.Add(colon < 0 ? new GjsonSelector("", path[start..i]) : new GjsonSelector(path[start..colon], path[(colon + 1)..i]));
            (colon, start, modifier) = (-1, i + 1, false);
            if (depth == 0)
            {
                rest = path[(i + 1)..];
                return selectors;
            }
        }

        return null;
    }
}
