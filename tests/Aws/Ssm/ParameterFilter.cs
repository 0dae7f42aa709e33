using System.Collections.Immutable;
using System.Text.Json.Nodes;
using CsiSecrets.Tests.Aws.Iam;
using CsiSecrets.Tests.Aws.Wire;

namespace CsiSecrets.Tests.Aws.Ssm;

/// <summary>One of ParameterFilters: Name, Type, KeyId, Path, Label, Tier, DataType or tag:KEY.</summary>
internal sealed record ParameterFilter(string Field, string Comparison, ImmutableArray<string> Wanted)
{
    public static IReadOnlyList<ParameterFilter> Read(Call call)
    {
        var filters = call.Input["ParameterFilters"] as JsonArray ?? [];
        return [.. filters.Select(f =>
        {
            var key = (string?)f!["Key"] ?? "";
            var known = key is "Name" or "Type" or "KeyId" or "Path" or "Label" or "Tier" or "DataType" || key.StartsWith("tag:", StringComparison.Ordinal);
            return known
                ? new ParameterFilter(key, (string?)f["Option"] ?? (key == "Path" ? "OneLevel" : "Equals"), OneOrMany.Read(f["Values"]))
                : throw new AwsException("InvalidFilterKey", $"The filter key {key} isn't valid.");
        })];
    }

    public bool Matches(Parameter p) => Field switch
    {
        "Name" => Any(p.Name) || Any(p.Name.TrimStart('/')),
        "Type" => Any(p.Latest.Type),
        "KeyId" => Any(p.Latest.KeyId ?? ""),
        "Label" => p.Versions.Any(v => v.Labels.Any(Any)),
        "Tier" => Any(p.Tier),
        "DataType" => Any(p.DataType),
        "Path" => Wanted.Any(v => InPath(p.Name, v.TrimEnd('/') + "/")),
        _ => p.Tags.TryGetValue(Field["tag:".Length..], out var tag) && (Wanted.Length == 0 || Any(tag)),
    };

    private bool InPath(string name, string prefix) => name.StartsWith(prefix, StringComparison.Ordinal)
        && (Comparison == "Recursive" || !name[prefix.Length..].Contains('/', StringComparison.Ordinal));

    private bool Any(string text) => Wanted.Any(v => Comparison switch
    {
        "BeginsWith" => text.StartsWith(v, StringComparison.Ordinal),
        "Contains" => text.Contains(v, StringComparison.Ordinal),
        "Equals" => text == v,
        _ => throw new AwsException("InvalidFilterOption", $"The specified filter option isn't valid: {Comparison}"),
    });
}
