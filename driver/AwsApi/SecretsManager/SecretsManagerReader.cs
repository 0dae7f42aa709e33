using System.Text.Json;

namespace CsiSecrets.AwsApi.SecretsManager;

/// <summary>JSON answers to messages.</summary>
internal static class SecretsManagerReader
{
    public static SecretValueEntry Value(ref Utf8JsonReader reader)
    {
        var entry = new SecretValueEntry();
        try
        {
            while (JsonBody.NextField(ref reader, out string name))
            {
                switch (name)
                {
                    case "Name":
                        entry.Name = reader.GetString();
                        break;
                    case "ARN":
                        entry.ARN = reader.GetString();
                        break;
                    case "VersionId":
                        entry.VersionId = reader.GetString() ?? "";
                        break;
                    case "SecretString" when reader.TokenType == JsonTokenType.String:
                        entry.Content?.Dispose();
                        entry.Content = JsonBody.Secret(ref reader);
                        break;
                    case "SecretBinary" when reader.TokenType == JsonTokenType.String && entry.Content is null:
                        entry.Content = JsonBody.SecretBinary(ref reader);
                        break;
                    default:
                        reader.Skip();
                        break;
                }
            }

            return entry;
        }
        catch
        {
            entry.Dispose();
            throw;
        }
    }

    public static BatchGetSecretValueResponse Batch(ref Utf8JsonReader reader)
    {
        var values = new List<SecretValueEntry>();
        var errors = new List<ApiErrorType>();
        string? next = null;
        try
        {
            while (JsonBody.NextField(ref reader, out string name))
            {
                switch (name)
                {
                    case "SecretValues" when reader.TokenType == JsonTokenType.StartArray:
                        while (JsonBody.NextElement(ref reader))
                        {
                            values.Add(Value(ref reader));
                        }

                        break;
                    case "Errors" when reader.TokenType == JsonTokenType.StartArray:
                        while (JsonBody.NextElement(ref reader))
                        {
                            errors.Add(Error(ref reader));
                        }

                        break;
                    case "NextToken":
                        next = reader.GetString();
                        break;
                    default:
                        reader.Skip();
                        break;
                }
            }

            return new BatchGetSecretValueResponse(values, errors, next);
        }
        catch
        {
            values.ForEach(v => v.Dispose());
            throw;
        }
    }

    public static DescribeSecretResponse Description(ref Utf8JsonReader reader)
    {
        var stages = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        string? arn = null;
        bool deleted = false;
        IReadOnlyDictionary<string, string> tags = new Dictionary<string, string>();
        while (JsonBody.NextField(ref reader, out string name))
        {
            switch (name)
            {
                case "ARN":
                    arn = reader.GetString();
                    break;
                case "DeletedDate":
                    deleted = reader.TokenType != JsonTokenType.Null;
                    reader.Skip();
                    break;
                case "Tags" when reader.TokenType == JsonTokenType.StartArray:
                    tags = TagList.Read(ref reader);
                    break;
                case "VersionIdsToStages" when reader.TokenType == JsonTokenType.StartObject:
                    while (JsonBody.NextField(ref reader, out string version))
                    {
                        stages[version] = JsonBody.Texts(ref reader);
                    }

                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return new DescribeSecretResponse { ARN = arn, Deleted = deleted, VersionIdsToStages = stages, Tags = tags };
    }

    public static ListSecretsResponse Listing(ref Utf8JsonReader reader)
    {
        var secrets = new List<SecretListEntry>();
        string? next = null;
        while (JsonBody.NextField(ref reader, out string name))
        {
            switch (name)
            {
                case "SecretList" when reader.TokenType == JsonTokenType.StartArray:
                    while (JsonBody.NextElement(ref reader))
                    {
                        secrets.Add(Entry(ref reader));
                    }

                    break;
                case "NextToken":
                    next = reader.GetString();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return new ListSecretsResponse(secrets, next);
    }

    private static ApiErrorType Error(ref Utf8JsonReader reader)
    {
        (string id, string code, string message) = ("", "", "");
        while (JsonBody.NextField(ref reader, out string name))
        {
            switch (name)
            {
                case "SecretId":
                    id = reader.GetString() ?? "";
                    break;
                case "ErrorCode":
                    code = reader.GetString() ?? "";
                    break;
                case "Message":
                    message = reader.GetString() ?? "";
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return new ApiErrorType(id, code, message);
    }

    private static SecretListEntry Entry(ref Utf8JsonReader reader)
    {
        (string secret, string arn, bool deleted) = ("", "", false);
        IReadOnlyDictionary<string, string> tags = new Dictionary<string, string>();
        while (JsonBody.NextField(ref reader, out string name))
        {
            switch (name)
            {
                case "Name":
                    secret = reader.GetString() ?? "";
                    break;
                case "ARN":
                    arn = reader.GetString() ?? "";
                    break;
                case "DeletedDate":
                    deleted = reader.TokenType != JsonTokenType.Null;
                    reader.Skip();
                    break;
                case "Tags" when reader.TokenType == JsonTokenType.StartArray:
                    tags = TagList.Read(ref reader);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return new SecretListEntry(secret, arn, deleted, tags);
    }
}
