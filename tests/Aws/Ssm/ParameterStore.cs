using System.Globalization;
using CsiSecrets.Tests.Aws.SecretsManager;
using CsiSecrets.Tests.Aws.Wire;

namespace CsiSecrets.Tests.Aws.Ssm;

/// <summary>All regions' parameters. Callers hold Gate.</summary>
internal sealed class ParameterStore(string account, TimeProvider time)
{
    private readonly Dictionary<(string Region, string Name), Parameter> _parameters = [];

    public Lock Gate { get; } = new();

    public DateTimeOffset Now => time.GetUtcNow();

    public Parameter? Find(string region, string name) => _parameters.GetValueOrDefault((region, name));

    public IEnumerable<Parameter> In(string region) =>
        _parameters.Where(p => p.Key.Region == region).Select(p => p.Value).OrderBy(p => p.Name, StringComparer.Ordinal);

    public Parameter Add(string region, string name)
    {
        var parameter = new Parameter(name, Arn(region, name));
        _parameters[(region, name)] = parameter;
        return parameter;
    }

    public bool Remove(string region, string name) => _parameters.Remove((region, name));

    public void Clear() => _parameters.Clear();

    public string Arn(string region, string name) =>
        $"arn:{SecretStore.Partition(region)}:ssm:{region}:{account}:parameter/{name.TrimStart('/')}";

    /// <summary>Asks IAM and the parameter: `name`, `name:version`, `name:label` or an ARN with the same endings.</summary>
    /// <returns>null if there is no such parameter.</returns>
    /// <exception cref="AwsException">Denied, or the parameter has no such version or label.</exception>
    public (Parameter Parameter, ParameterVersion Version, string? Selector)? Select(Call call, string reference)
    {
        var (name, selector) = Split(call.Region, reference);
        var parameter = Find(call.Region, name);
        call.Demand(parameter?.Arn ?? Arn(call.Region, name), tags: parameter?.Tags);
        if (parameter is null)
        {
            return null;
        }

        var version = selector is null
            ? parameter.Latest
            : parameter.Versions.Find(v => v.Labels.Contains(selector) || v.Number.ToString(CultureInfo.InvariantCulture) == selector);
        return version is not null ? (parameter, version, selector) : throw new AwsException(
            "ParameterVersionNotFound",
            $"Systems Manager could not find version {selector} of {name}. Verify the version and try again.");
    }

    /// <summary>A SecureString asks for kms:Decrypt on its key; the account's own key alias/aws/ssm does not.</summary>
    public static void DemandKey(Call call, ParameterVersion version)
    {
        if (version.KeyId is { } key && key != "alias/aws/ssm" && call.Flag("WithDecryption"))
        {
            call.Demand(key, "kms:Decrypt");
        }
    }

    private (string Name, string? Selector) Split(string region, string reference)
    {
        if (reference.StartsWith("arn:", StringComparison.Ordinal))
        {
            var parts = reference.Split(':');
            var path = parts.Length > 5 ? parts[5]["parameter".Length..] : "";
            var name = Find(region, path) is null ? path.TrimStart('/') : path;
            return (name, parts.Length > 6 ? parts[6] : null);
        }

        var pair = reference.Split(':', 2);
        return (pair[0], pair.Length == 2 ? pair[1] : null);
    }
}
