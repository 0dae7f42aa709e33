using System.Text.Json;

namespace CsiSecrets.AwsApi;

/// <summary>Tags as both services list them: objects of Key and Value.</summary>
internal static class TagList
{
    /// <summary>The reader stands on the list's opening bracket.</summary>
    public static Dictionary<string, string> Read(ref Utf8JsonReader reader)
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        while (JsonBody.NextElement(ref reader))
        {
            (string? key, string? value) = (null, null);
            while (JsonBody.NextField(ref reader, out string name))
            {
                switch (name)
                {
                    case "Key":
                        key = reader.GetString();
                        break;
                    case "Value":
                        value = reader.GetString();
                        break;
                    default:
                        reader.Skip();
                        break;
                }
            }

            if (key is not null)
            {
                tags[key] = value ?? "";
            }
        }

        return tags;
    }
}
