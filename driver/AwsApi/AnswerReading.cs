using System.Text.Json;
using CsiSecrets.Model;

namespace CsiSecrets.AwsApi;

/// <summary>Reads one answer; the reader stands on its opening brace.</summary>
internal delegate T AnswerReader<T>(ref Utf8JsonReader reader);

internal static class AnswerReading
{
    /// <summary>An answer that is not what AWS documents is AWS's failure, and its text is never repeated.</summary>
    public static T Read<T>(string operation, ClearedBody answer, AnswerReader<T> read)
    {
        try
        {
            var reader = new Utf8JsonReader(answer.Span);
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject ? read(ref reader) : throw new JsonException();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new AwsException(
                FailureReason.ProviderUnavailable, operation, "BadAnswer", "the answer is not the JSON that AWS documents; is it a proxy's?", null);
        }
    }
}
