using System.Text.Json;

namespace CsiSecrets.AwsApi;

/// <summary>Tags as both services list them: objects of Key and Value.</summary>
internal static class TagList
{
    /// <summary>Each tag of the list that the reader stands on.</summary>
    public static bool TakeTags(this ref Utf8JsonReader reader, Dictionary<string, string> into)
    {
        var tags = new List<(string? Key, string? Value)>();
        if (!reader.TakeList(tags, Tag))
        {
            return false;
        }

        foreach ((string? key, string? value) in tags)
        {
            if (key is not null)
            {
                into[key] = value ?? "";
            }
        }

        return true;
    }

    private static (string? Key, string? Value) Tag(ref Utf8JsonReader reader)
    {
        (string? key, string? value) = (null, null);
        AnswerFields.Each(ref reader, (field, ref at) => field switch
        {
            "Key" => at.TakeTextOrNull(out key),
            "Value" => at.TakeTextOrNull(out value),
            _ => false,
        });
        return (key, value);
    }
}
