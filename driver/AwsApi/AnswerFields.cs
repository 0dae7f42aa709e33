using System.Text.Json;

namespace CsiSecrets.AwsApi;

/// <summary>Takes a field that it knows. The reader stands on the field's value, and on the value's end afterwards.</summary>
/// <returns>False for a field that is to be stepped over.</returns>
internal delegate bool FieldTaker(string name, ref Utf8JsonReader reader);

/// <summary>Walks an answer's objects and arrays. What an answer holds beyond what is asked for is stepped over, and so is a value of another kind,
/// such as null in the place of a list.</summary>
internal static class AnswerFields
{
    /// <summary>Each field of the object that the reader stands on.</summary>
    public static void Each(ref Utf8JsonReader reader, FieldTaker take)
    {
        while (JsonBody.NextField(ref reader, out string name))
        {
            if (!take(name, ref reader))
            {
                reader.Skip();
            }
        }
    }

    /// <summary>The same where secrets are among the fields: those that were read are disposed when the rest turns out to be no answer.</summary>
    public static void Each(ref Utf8JsonReader reader, IEnumerable<IDisposable> read, FieldTaker take)
    {
        try
        {
            Each(ref reader, take);
        }
        catch
        {
            foreach (IDisposable one in read)
            {
                one.Dispose();
            }

            throw;
        }
    }

    /// <summary>Each element of the array that the reader stands on.</summary>
    public static bool TakeList<T>(this ref Utf8JsonReader reader, ICollection<T> into, AnswerReader<T> read)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return false;
        }

        while (JsonBody.NextElement(ref reader))
        {
            into.Add(read(ref reader));
        }

        return true;
    }

    public static bool TakeText(this ref Utf8JsonReader reader, out string text)
    {
        text = reader.GetString() ?? "";
        return true;
    }

    public static bool TakeTextOrNull(this ref Utf8JsonReader reader, out string? text)
    {
        text = reader.GetString();
        return true;
    }

    /// <summary>A list of texts; empty for anything else.</summary>
    public static bool TakeTexts(this ref Utf8JsonReader reader, out IReadOnlyList<string> texts)
    {
        texts = JsonBody.Texts(ref reader);
        return true;
    }

    /// <summary>Whether the field has a value at all.</summary>
    public static bool TakePresence(this ref Utf8JsonReader reader, out bool present)
    {
        present = reader.TokenType != JsonTokenType.Null;
        reader.Skip();
        return true;
    }
}
