using System.Text.Json;

namespace CsiSecrets.AwsApi.SimpleSystemsManagement;

/// <summary>The operations of Parameter Store that are needed, under the SDK's names. Stateless; values never become strings.</summary>
internal sealed class AmazonSimpleSystemsManagementClient(AwsCaller caller)
{
    public const int BatchSize = 10;

    /// <param name="names">At most ten: name or ARN, with <c>:version</c> or <c>:label</c> where one is wanted.</param>
    /// <param name="region">The region.</param>
    /// <param name="keys">The credentials.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<GetParametersResponse> GetParametersAsync(
        IReadOnlyList<string> names, string region, AwsKeys keys, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> body = JsonBody.Write(w =>
        {
            w.WriteTexts("Names", names);
            w.WriteBoolean("WithDecryption", true);
        });
        return SendAsync<GetParametersResponse>("GetParameters", body, Values, region, keys, cancellationToken);
    }

    public Task<ParameterNames> DescribeParametersAsync(
        IReadOnlyList<ParameterStringFilter> filters, string? nextToken, string region, AwsKeys keys, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> body = JsonBody.Write(w =>
        {
            w.WriteNumber("MaxResults", 50);
            w.WriteText("NextToken", nextToken);
            w.WriteStartArray("ParameterFilters");
            foreach (ParameterStringFilter filter in filters)
            {
                w.WriteStartObject();
                w.WriteString("Key", filter.Key);
                w.WriteString("Option", filter.Option);
                w.WriteTexts("Values", filter.Values);
                w.WriteEndObject();
            }

            w.WriteEndArray();
        });
        return SendAsync<ParameterNames>("DescribeParameters", body, Names, region, keys, cancellationToken);
    }

    /// <summary>Names below a path. Values are not decrypted, and not read.</summary>
    public Task<ParameterNames> GetParametersByPathAsync(
        string path, string? nextToken, string region, AwsKeys keys, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> body = JsonBody.Write(w =>
        {
            w.WriteString("Path", path);
            w.WriteBoolean("Recursive", true);
            w.WriteBoolean("WithDecryption", false);
            w.WriteNumber("MaxResults", 10);
            w.WriteText("NextToken", nextToken);
        });
        return SendAsync<ParameterNames>("GetParametersByPath", body, Names, region, keys, cancellationToken);
    }

    private Task<T> SendAsync<T>(
        string operation, ReadOnlyMemory<byte> body, AnswerReader<T> read, string region, AwsKeys keys, CancellationToken cancellationToken) =>
        caller.SendAsync(
            new AwsCall { Service = AwsService.Ssm, Region = region, Operation = operation, Body = body },
            keys,
            answer => AnswerReading.Read(operation, answer, read),
            cancellationToken);

    private static GetParametersResponse Values(ref Utf8JsonReader reader)
    {
        var parameters = new List<Parameter>();
        IReadOnlyList<string> invalid = [];
        try
        {
            while (JsonBody.NextField(ref reader, out string name))
            {
                switch (name)
                {
                    case "Parameters" when reader.TokenType == JsonTokenType.StartArray:
                        while (JsonBody.NextElement(ref reader))
                        {
                            var parameter = new Parameter();
                            parameters.Add(parameter);
                            Fill(parameter, ref reader);
                        }

                        break;
                    case "InvalidParameters":
                        invalid = JsonBody.Texts(ref reader);
                        break;
                    default:
                        reader.Skip();
                        break;
                }
            }

            return new GetParametersResponse(parameters, invalid);
        }
        catch
        {
            parameters.ForEach(p => p.Dispose());
            throw;
        }
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

    private static ParameterNames Names(ref Utf8JsonReader reader)
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
