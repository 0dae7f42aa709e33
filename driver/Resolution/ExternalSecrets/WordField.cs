namespace CsiSecrets.Resolution.ExternalSecrets;

/// <summary>Reads fields whose text is one word of a list.</summary>
internal static class WordField
{
    /// <summary>The value of the word; the first one's where the field is absent. Another word is a problem.</summary>
    public static T Read<T>(string? text, string field, FieldProblems problems, params ReadOnlySpan<(string Word, T Value)> words)
    {
        if (string.IsNullOrEmpty(text))
        {
            return words[0].Value;
        }

        foreach ((string word, T value) in words)
        {
            if (word == text)
            {
                return value;
            }
        }

        var known = new List<string>();
        foreach ((string word, _) in words)
        {
            known.Add(word);
        }

        problems.Add(field, $"{FieldProblems.Show(text)} is not a value that it takes", $"it is one of {string.Join(", ", known)}");
        return words[0].Value;
    }
}
