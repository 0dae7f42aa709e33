using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using CsiSecrets.Tests.Aws.SecretsManager;
using CsiSecrets.Tests.Aws.Wire;

namespace CsiSecrets.Tests.Aws.Ssm;

/// <summary>GetParameter, GetParameters and GetParametersByPath.</summary>
internal sealed class ParameterReading(ParameterStore store)
{
    public JsonObject Get(Call call)
    {
        var found = store.Select(call, call.Required("Name")) ?? throw new AwsException("ParameterNotFound", null);
        return new JsonObject { ["Parameter"] = Answer(call, found.Parameter, found.Version, found.Selector) };
    }

    public JsonObject GetMany(Call call)
    {
        var names = call.List("Names");
        if (names.Count is 0 or > 10)
        {
            throw AwsException.Constraint(
                $"[{string.Join(", ", names)}]", "names", $"have length {(names.Count == 0 ? "greater than or equal to 1" : "less than or equal to 10")}");
        }

        if (names.Distinct(StringComparer.Ordinal).Count() != names.Count)
        {
            throw new AwsException("ValidationException", "Parameter names must be unique in a request.");
        }

        var (found, invalid) = (new JsonArray(), new JsonArray());
        foreach (var name in names)
        {
            if (Try(call, name) is { } answer)
            {
                found.Add((JsonNode)answer);
            }
            else
            {
                invalid.Add((JsonNode)name);
            }
        }

        return new JsonObject { ["Parameters"] = found, ["InvalidParameters"] = invalid };
    }

    public JsonObject ByPath(Call call)
    {
        var path = call.Required("Path");
        if (!path.StartsWith('/'))
        {
            throw new AwsException("ValidationException", "The parameter doesn't meet the parameter name requirements. The parameter name must begin with a forward slash \"/\".");
        }

        call.Demand(store.Arn(call.Region, path));
        var prefix = path.TrimEnd('/') + "/";
        var filters = ParameterFilter.Read(call);
        var found = store.In(call.Region)
            .Where(p => p.Name.StartsWith(prefix, StringComparison.Ordinal)
                && (call.Flag("Recursive") || !p.Name[prefix.Length..].Contains('/', StringComparison.Ordinal))
                && filters.All(f => f.Matches(p)))
            .ToList();
        var answer = new JsonObject();
        var page = Page.Take(found, call, call.PageSize(10, 10), answer, "InvalidNextToken");
        answer["Parameters"] = new JsonArray([.. page.Select(p => (JsonNode)Answer(call, p, p.Latest, null))]);
        return answer;
    }

    private JsonObject? Try(Call call, string name)
    {
        try
        {
            return store.Select(call, name) is { } found ? Answer(call, found.Parameter, found.Version, found.Selector) : null;
        }
        catch (AwsException e) when (e.Code == "ParameterVersionNotFound")
        {
            return null;
        }
    }

    private static JsonObject Answer(Call call, Parameter parameter, ParameterVersion version, string? selector)
    {
        ParameterStore.DemandKey(call, version);
        var secure = version.Type == "SecureString";
        var answer = new JsonObject
        {
            ["Name"] = parameter.Name,
            ["Type"] = version.Type,
            ["Value"] = secure && !call.Flag("WithDecryption") ? Ciphertext(version.Value) : version.Value,
            ["Version"] = version.Number,
            ["LastModifiedDate"] = SecretAnswers.Time(version.Modified),
            ["ARN"] = parameter.Arn,
            ["DataType"] = parameter.DataType,
        };
        if (selector is not null)
        {
            answer["Selector"] = ":" + selector;
        }

        return answer;
    }

    /// <summary>Looks like what KMS returns, and tells nothing of the value.</summary>
    private static string Ciphertext(string value) => "AQICAHh" + Convert.ToBase64String(
        [.. SHA512.HashData(Encoding.UTF8.GetBytes(value)), .. SHA256.HashData(Encoding.UTF8.GetBytes(value))]);
}
