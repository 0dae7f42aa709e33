namespace CsiSecrets.Cli;

/// <summary>Paths as our messages write them: <c>spec.target.template.data[key]</c>, <c>templateFrom[0].literal</c>.</summary>
internal static class FieldPath
{
    public static IReadOnlyList<string> Read(string text)
    {
        var parts = new List<string>();
        int start = 0;
        for (int i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && text[i] is not ('.' or '['))
            {
                continue;
            }

            if (i > start)
            {
                parts.Add(text[start..i]);
            }

            if (i < text.Length && text[i] == '[')
            {
                int end = text.IndexOf(']', i);
                end = end < 0 ? text.Length : end;
                parts.Add(text[(i + 1)..end]);
                i = end;
            }

            start = i + 1;
        }

        return parts;
    }
}
