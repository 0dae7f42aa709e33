using System.Text;

namespace CsiSecrets.JsonQuery.Gjson;

/// <summary>The first step of a path over an object: a name, perhaps with wildcards, and what follows it.</summary>
internal sealed record GjsonStep
{
    /// <summary>The name without escapes.</summary>
    public required string Name { get; init; }

    /// <summary>The name with the escapes that tell wildcards from characters; null without wildcards.</summary>
    public string? Pattern { get; init; }

    /// <summary>What is looked for below the value; null for the value itself.</summary>
    public string? Rest { get; init; }

    /// <summary>What is done with the result.</summary>
    public string? Pipe { get; init; }

    public bool Matches(string name) => Pattern is null ? name == Name : Wildcard.Matches(name, Pattern);

    public static GjsonStep Parse(string path)
    {
        var name = new StringBuilder();
        bool wild = false;
        int i = 0;
        for (; i < path.Length && path[i] is not ('.' or '|'); i++)
        {
            wild |= path[i] is '*' or '?';
            if (path[i] == '\\')
            {
                i++;
            }

            if (i < path.Length)
            {
                name.Append(path[i]);
            }
        }

        int end = Math.Min(i, path.Length);
        string? after = end < path.Length ? path[(end + 1)..] : null;
        bool pipes = after is not null && (path[end] == '|' || IsPiped(after));
        return new GjsonStep
        {
            Name = name.ToString(),
            Pattern = wild ? path[..end] : null,
            Rest = pipes ? null : after,
            Pipe = pipes ? after : null,
        };
    }

    /// <summary>Whether what stands after a dot works on the result as a whole: a modifier, a multipath or a literal.</summary>
    public static bool IsPiped(string after) =>
        after.Length > 0 && (after[0] is '[' or '{' or '!' || (after[0] == '@' && GjsonModifiers.Names.Contains(GjsonModifiers.NameOf(after))));
}
