using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CsiSecrets.Tests.Aws.SecretsManager;
using CsiSecrets.Tests.Aws.Wire;

namespace CsiSecrets.Tests.Aws.Ssm;

/// <summary>PutParameter, DeleteParameter, DeleteParameters and LabelParameterVersion.</summary>
internal sealed partial class ParameterWriting(ParameterStore store)
{
    public JsonObject Put(Call call)
    {
        var name = call.Required("Name");
        CheckName(name);
        call.Demand(store.Arn(call.Region, name));
        var parameter = store.Find(call.Region, name);
        if (parameter is not null && !call.Flag("Overwrite"))
        {
            throw new AwsException(
                "ParameterAlreadyExists",
                "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.");
        }

        var type = call.Text("Type") ?? parameter?.Latest.Type ?? throw new AwsException("ValidationException", "A parameter type is required when you create a parameter.");
        if (type is not ("String" or "StringList" or "SecureString"))
        {
            throw AwsException.Constraint(type, "type", "satisfy enum value set: [SecureString, StringList, String]");
        }

        var tier = call.Text("Tier") ?? parameter?.Tier ?? "Standard";
        var value = Value(call, tier);
        var version = new ParameterVersion((parameter?.Latest.Number ?? 0) + 1, type, value, store.Now)
        {
            KeyId = type == "SecureString" ? call.Text("KeyId") ?? "alias/aws/ssm" : null,
            ModifiedBy = call.Caller.Arn,
        };
        parameter ??= store.Add(call.Region, name);
        MakeRoom(parameter);
        parameter.Versions.Add(version);
        (parameter.Tier, parameter.Description) = (tier, call.Text("Description") ?? parameter.Description);
        parameter.DataType = call.Text("DataType") ?? parameter.DataType;
        parameter.Tags = parameter.Tags.SetItems(SecretTags.Read(call));
        return new JsonObject { ["Version"] = version.Number, ["Tier"] = parameter.Tier };
    }

    public JsonObject Delete(Call call)
    {
        var name = call.Required("Name");
        call.Demand(store.Arn(call.Region, name));
        return store.Remove(call.Region, name) ? [] : throw new AwsException("ParameterNotFound", null);
    }

    public JsonObject DeleteMany(Call call)
    {
        var (deleted, invalid) = (new List<string>(), new List<string>());
        foreach (var name in call.List("Names"))
        {
            call.Demand(store.Arn(call.Region, name));
            (store.Remove(call.Region, name) ? deleted : invalid).Add(name);
        }

        return new JsonObject { ["DeletedParameters"] = SecretAnswers.Strings(deleted), ["InvalidParameters"] = SecretAnswers.Strings(invalid) };
    }

    public JsonObject Label(Call call)
    {
        var name = call.Required("Name");
        call.Demand(store.Arn(call.Region, name));
        var parameter = store.Find(call.Region, name) ?? throw new AwsException("ParameterNotFound", null);
        var number = call.Number("ParameterVersion") ?? parameter.Latest.Number;
        var version = parameter.Versions.Find(v => v.Number == number)
            ?? throw new AwsException("ParameterVersionNotFound", $"Systems Manager could not find version {number} of {name}. Verify the version and try again.");
        var invalid = call.List("Labels").Where(l => !ValidLabel().IsMatch(l)).ToList();
        foreach (var label in call.List("Labels").Except(invalid, StringComparer.Ordinal))
        {
            parameter.Versions.ForEach(v => v.Labels.Remove(label));
            version.Labels.Add(label);
        }

        return new JsonObject { ["InvalidLabels"] = SecretAnswers.Strings(invalid), ["ParameterVersion"] = number };
    }

    private static void CheckName(string name)
    {
        if (!ValidName().IsMatch(name) || (name.Contains('/', StringComparison.Ordinal) && !name.StartsWith('/')))
        {
            throw new AwsException("ValidationException", "Parameter name: can't be prefixed with \"ssm\" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_");
        }

        if (name.Count(c => c == '/') > 15)
        {
            throw new AwsException("HierarchyLevelLimitExceededException", "A hierarchy can have a maximum of 15 levels.");
        }
    }

    private static string Value(Call call, string tier)
    {
        var limit = tier == "Advanced" ? 8192 : 4096;
        var value = call.Required("Value", 65536);
        return System.Text.Encoding.UTF8.GetByteCount(value) <= limit ? value : throw new AwsException(
            "ValidationException", $"{tier} tier parameters support a maximum parameter value of {limit} characters.");
    }

    /// <summary>A hundred versions at most: the oldest goes, unless a label holds it.</summary>
    private static void MakeRoom(Parameter parameter)
    {
        if (parameter.Versions.Count < 100)
        {
            return;
        }

        if (parameter.Versions[0].Labels.Count > 0)
        {
            throw new AwsException("ParameterMaxVersionLimitExceeded", "The oldest of 100 versions has a label; move the label to a newer version.");
        }

        parameter.Versions.RemoveAt(0);
    }

    [GeneratedRegex(@"^(?!/?(?i:aws|ssm))[A-Za-z0-9_.\-/]+$")]
    private static partial Regex ValidName();

    [GeneratedRegex(@"^(?!(?i:aws|ssm))[A-Za-z_.\-][A-Za-z0-9_.\-]{0,99}$")]
    private static partial Regex ValidLabel();
}
