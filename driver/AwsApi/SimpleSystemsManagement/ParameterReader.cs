using System.Text.Json;
using CsiSecrets.Model;

namespace CsiSecrets.AwsApi.SimpleSystemsManagement;

/// <summary>JSON answers to messages.</summary>
internal static class ParameterReader
{
    public static GetParametersResponse Values(ref Utf8JsonReader reader)
    {
        var parameters = new List<Parameter>();
        IReadOnlyList<string> invalid = [];
        string? next = null;
        AnswerFields.Each(ref reader, parameters, (field, ref at) => field switch
        {
            "Parameters" => at.TakeList(parameters, Value),
            "Parameter" => TakeOne(parameters, ref at),
            "NextToken" => at.TakeTextOrNull(out next),
            "InvalidParameters" => at.TakeTexts(out invalid),
            _ => false,
        });
        return new GetParametersResponse(parameters, invalid, next);
    }

    public static IReadOnlyDictionary<string, string> Tags(ref Utf8JsonReader reader)
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        AnswerFields.Each(ref reader, (field, ref at) => field == "TagList" && at.TakeTags(tags));
        return tags;
    }

    public static ParameterNames Names(ref Utf8JsonReader reader)
    {
        var names = new List<string?>();
        string? next = null;
        AnswerFields.Each(ref reader, (field, ref at) => field switch
        {
            "Parameters" => at.TakeList(names, Name),
            "NextToken" => at.TakeTextOrNull(out next),
            _ => false,
        });
        return new ParameterNames([.. names.OfType<string>()], next);
    }

    private static bool TakeOne(List<Parameter> parameters, ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        parameters.Add(Value(ref reader));
        return true;
    }

    private static Parameter Value(ref Utf8JsonReader reader)
    {
        var parameter = new Parameter();
        AnswerFields.Each(ref reader, [parameter], (field, ref at) => Take(parameter, field, ref at));
        return parameter;
    }

    private static bool Take(Parameter parameter, string field, ref Utf8JsonReader at)
    {
        switch (field)
        {
            case "Name":
                parameter.Name = at.GetString() ?? "";
                return true;
            case "ARN":
                parameter.ARN = at.GetString();
                return true;
            case "Selector":
                parameter.Selector = at.GetString();
                return true;
            case "Version":
                parameter.Version = at.GetInt64();
                return true;
            case "LastModifiedDate" when at.TokenType == JsonTokenType.Number:
                parameter.LastModified = at.GetDouble();
                return true;
            case "Value" when at.TokenType == JsonTokenType.String:
                parameter.Value?.Dispose();
                parameter.Value = SecretBytes.FromJson(ref at);
                return true;
            default:
                return false;
        }
    }

    private static string? Name(ref Utf8JsonReader reader)
    {
        string? found = null;
        AnswerFields.Each(ref reader, (field, ref at) => field == "Name" && at.TakeText(out found));
        return found;
    }
}
