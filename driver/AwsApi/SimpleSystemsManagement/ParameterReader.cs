using System.Text.Json;

namespace CsiSecrets.AwsApi.SimpleSystemsManagement;

/// <summary>JSON answers to messages.</summary>
internal static class ParameterReader
{
    public static GetParametersResponse Values(ref Utf8JsonReader reader)
    {
        var parameters = new List<Parameter>();
        IReadOnlyList<string> invalid = [];
        string? next = null;
        try
        {
            while (JsonBody.NextField(ref reader, out string name))
            {
                switch (name)
                {
                    case "Parameters" when reader.TokenType == JsonTokenType.StartArray:
                        while (JsonBody.NextElement(ref reader))
                        {
                            Add(parameters, ref reader);
                        }

                        break;
                    case "Parameter" when reader.TokenType == JsonTokenType.StartObject:
                        Add(parameters, ref reader);
                        break;
                    case "NextToken":
                        next = reader.GetString();
                        break;
                    case "InvalidParameters":
                        invalid = JsonBody.Texts(ref reader);
                        break;
                    default:
                        reader.Skip();
                        break;
                }
            }

            return new GetParametersResponse(parameters, invalid, next);
        }
        catch
        {
            parameters.ForEach(p => p.Dispose());
            throw;
        }
    }

    public static IReadOnlyDictionary<string, string> Tags(ref Utf8JsonReader reader)
    {
        IReadOnlyDictionary<string, string> tags = new Dictionary<string, string>();
        while (JsonBody.NextField(ref reader, out string name))
        {
            if (name == "TagList" && reader.TokenType == JsonTokenType.StartArray)
            {
                tags = TagList.Read(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        return tags;
    }

    private static void Add(List<Parameter> parameters, ref Utf8JsonReader reader)
    {
        var parameter = new Parameter();
        parameters.Add(parameter);
        Fill(parameter, ref reader);
    }

    private static void Fill(Parameter parameter, ref Utf8JsonReader reader)
    {
        while (JsonBody.NextField(ref reader, out string name))
        {
            switch (name)
            {
                case "Name":
                    parameter.Name = reader.GetString() ?? "";
                    break;
                case "ARN":
                    parameter.ARN = reader.GetString();
                    break;
                case "Selector":
                    parameter.Selector = reader.GetString();
                    break;
                case "Version":
                    parameter.Version = reader.GetInt64();
                    break;
                case "LastModifiedDate" when reader.TokenType == JsonTokenType.Number:
                    parameter.LastModified = reader.GetDouble();
                    break;
                case "Value" when reader.TokenType == JsonTokenType.String:
                    parameter.Value = JsonBody.Secret(ref reader);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
    }

    public static ParameterNames Names(ref Utf8JsonReader reader)
    {
        var names = new List<string>();
        string? next = null;
        while (JsonBody.NextField(ref reader, out string name))
        {
            switch (name)
            {
                case "Parameters" when reader.TokenType == JsonTokenType.StartArray:
                    while (JsonBody.NextElement(ref reader))
                    {
                        while (JsonBody.NextField(ref reader, out string field))
                        {
                            if (field == "Name")
                            {
                                names.Add(reader.GetString() ?? "");
                            }
                            else
                            {
                                reader.Skip();
                            }
                        }
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

        return new ParameterNames(names, next);
    }
}
