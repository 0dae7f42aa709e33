using System.Collections.Immutable;

namespace CsiSecrets.Tests.Aws.Ssm;

/// <summary>One version of a parameter.</summary>
internal sealed class ParameterVersion(long number, string type, string value, DateTimeOffset modified)
{
    public long Number { get; } = number;
    public string Type { get; } = type;
    public string Value { get; } = value;
    public DateTimeOffset Modified { get; } = modified;
    public string? KeyId { get; init; }
    public string ModifiedBy { get; init; } = "";
    public SortedSet<string> Labels { get; } = new(StringComparer.Ordinal);
}

/// <summary>A parameter of one region with its versions, oldest first.</summary>
internal sealed class Parameter(string name, string arn)
{
    public string Name { get; } = name;
    public string Arn { get; } = arn;
    public string? Description { get; set; }
    public string Tier { get; set; } = "Standard";
    public string DataType { get; set; } = "text";
    public ImmutableSortedDictionary<string, string> Tags { get; set; } = ImmutableSortedDictionary<string, string>.Empty;
    public List<ParameterVersion> Versions { get; } = [];

    public ParameterVersion Latest => Versions[^1];
}
