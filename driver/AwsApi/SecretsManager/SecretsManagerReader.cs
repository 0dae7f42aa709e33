using System.Text.Json;
using CsiSecrets.Model;

namespace CsiSecrets.AwsApi.SecretsManager;

/// <summary>JSON answers to messages.</summary>
internal static class SecretsManagerReader
{
    public static SecretValueEntry Value(ref Utf8JsonReader reader)
    {
        var entry = new SecretValueEntry();
        AnswerFields.Each(ref reader, [entry], (field, ref at) => Take(entry, field, ref at));
        return entry;
    }

    public static BatchGetSecretValueResponse Batch(ref Utf8JsonReader reader)
    {
        var values = new List<SecretValueEntry>();
        var errors = new List<ApiErrorType>();
        string? next = null;
        AnswerFields.Each(ref reader, values, (field, ref at) => field switch
        {
            "SecretValues" => at.TakeList(values, Value),
            "Errors" => at.TakeList(errors, Error),
            "NextToken" => at.TakeTextOrNull(out next),
            _ => false,
        });
        return new BatchGetSecretValueResponse(values, errors, next);
    }

    public static DescribeSecretResponse Description(ref Utf8JsonReader reader)
    {
        var stages = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        string? arn = null;
        bool deleted = false;
        AnswerFields.Each(ref reader, (field, ref at) => field switch
        {
            "ARN" => at.TakeTextOrNull(out arn),
            "DeletedDate" => at.TakePresence(out deleted),
            "Tags" => at.TakeTags(tags),
            "VersionIdsToStages" => TakeStages(stages, ref at),
            _ => false,
        });
        return new DescribeSecretResponse { ARN = arn, Deleted = deleted, VersionIdsToStages = stages, Tags = tags };
    }

    public static ListSecretsResponse Listing(ref Utf8JsonReader reader)
    {
        var secrets = new List<SecretListEntry>();
        string? next = null;
        AnswerFields.Each(ref reader, (field, ref at) => field switch
        {
            "SecretList" => at.TakeList(secrets, Entry),
            "NextToken" => at.TakeTextOrNull(out next),
            _ => false,
        });
        return new ListSecretsResponse(secrets, next);
    }

    private static bool Take(SecretValueEntry entry, string field, ref Utf8JsonReader at)
    {
        switch (field)
        {
            case "Name":
                entry.Name = at.GetString();
                return true;
            case "ARN":
                entry.ARN = at.GetString();
                return true;
            case "VersionId":
                entry.VersionId = at.GetString() ?? "";
                return true;
            case "SecretString" when at.TokenType == JsonTokenType.String:
                entry.Content?.Dispose();
                entry.Content = SecretBytes.FromJson(ref at);
                return true;
            case "SecretBinary" when at.TokenType == JsonTokenType.String && entry.Content is null:
                entry.Content = JsonBody.SecretBinary(ref at);
                return true;
            default:
                return false;
        }
    }

    private static bool TakeStages(Dictionary<string, IReadOnlyList<string>> stages, ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        AnswerFields.Each(ref reader, (version, ref at) =>
        {
            stages[version] = JsonBody.Texts(ref at);
            return true;
        });
        return true;
    }

    private static ApiErrorType Error(ref Utf8JsonReader reader)
    {
        (string id, string code, string message) = ("", "", "");
        AnswerFields.Each(ref reader, (field, ref at) => field switch
        {
            "SecretId" => at.TakeText(out id),
            "ErrorCode" => at.TakeText(out code),
            "Message" => at.TakeText(out message),
            _ => false,
        });
        return new ApiErrorType(id, code, message);
    }

    private static SecretListEntry Entry(ref Utf8JsonReader reader)
    {
        (string secret, string arn, bool deleted) = ("", "", false);
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        AnswerFields.Each(ref reader, (field, ref at) => field switch
        {
            "Name" => at.TakeText(out secret),
            "ARN" => at.TakeText(out arn),
            "DeletedDate" => at.TakePresence(out deleted),
            "Tags" => at.TakeTags(tags),
            _ => false,
        });
        return new SecretListEntry(secret, arn, deleted, tags);
    }
}
