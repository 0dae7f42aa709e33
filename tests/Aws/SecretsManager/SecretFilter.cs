using System.Collections.Immutable;
using System.Text.Json.Nodes;
using CsiSecrets.Tests.Aws.Iam;
using CsiSecrets.Tests.Aws.Wire;

namespace CsiSecrets.Tests.Aws.SecretsManager;

/// <summary>One filter of ListSecrets: a key and prefixes of which one must match; `!` in front excludes.</summary>
internal sealed record SecretFilter(string Field, ImmutableArray<string> Prefixes)
{
    private static readonly string[] Keys = ["description", "name", "tag-key", "tag-value", "primary-region", "owning-service", "all"];

    public static IReadOnlyList<SecretFilter> Read(Call call)
    {
        var filters = call.Input["Filters"] is JsonArray array ? array : [];
        return [.. filters.Select(f =>
        {
            var key = (string?)f!["Key"] ?? "";
            var values = OneOrMany.Read(f["Values"]);
            if (!Keys.Contains(key))
            {
                throw AwsException.Constraint(key, "filters.1.member.key", $"satisfy enum value set: [{string.Join(", ", Keys)}]");
            }

            return values.Length is > 0 and <= 10 ? new SecretFilter(key, values) : throw AwsException.InvalidParameter(
                $"Filter {key} must have between 1 and 10 values.");
        })];
    }

    public bool Matches(SecretSummary secret)
    {
        var wanted = Prefixes.Where(v => !v.StartsWith('!')).ToList();
        return (wanted.Count == 0 || wanted.Any(v => Has(secret, v)))
            && !Prefixes.Any(v => v.StartsWith('!') && Has(secret, v[1..]));
    }

    private bool Has(SecretSummary secret, string value) => Field switch
    {
        "name" => secret.Name.StartsWith(value, StringComparison.Ordinal),
        "description" => secret.Description?.StartsWith(value, StringComparison.OrdinalIgnoreCase) == true,
        "tag-key" => secret.Tags.Keys.Any(k => k.StartsWith(value, StringComparison.Ordinal)),
        "tag-value" => secret.Tags.Values.Any(v => v.StartsWith(value, StringComparison.Ordinal)),
        "primary-region" => secret.Source.PrimaryRegion?.StartsWith(value, StringComparison.Ordinal) == true,
        "owning-service" => false,
        _ => value.Split(' ', '/', '_', '-', '+', '=', '.', '@').Where(w => w.Length > 0).All(word => Everything(secret)
            .Any(text => text.Contains(word, StringComparison.OrdinalIgnoreCase))),
    };

    private static IEnumerable<string> Everything(SecretSummary secret) =>
        [secret.Name, secret.Description ?? "", secret.Source.PrimaryRegion ?? "", .. secret.Tags.Keys, .. secret.Tags.Values];
}
