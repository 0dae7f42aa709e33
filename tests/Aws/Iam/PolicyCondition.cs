using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace CsiSecrets.Tests.Aws.Iam;

/// <summary>One key of a condition block: operator, key, values of which one must hold.</summary>
internal sealed record PolicyCondition(string Operator, string Key, ImmutableArray<string> Values)
{
    private static readonly ImmutableArray<string> Known =
        ["StringEquals", "StringEqualsIgnoreCase", "StringLike", "StringNotEquals", "StringNotLike", "ArnEquals", "ArnLike", "Bool", "Null"];

    public static IEnumerable<PolicyCondition> Read(KeyValuePair<string, JsonNode?> block)
    {
        if (!Known.Contains(Plain(block.Key)))
        {
            throw new FormatException($"condition operator '{block.Key}' is not supported by this endpoint");
        }

        return block.Value!.AsObject().Select(p => new PolicyCondition(block.Key, p.Key, OneOrMany.Read(p.Value)));
    }

    public bool Holds(ConditionContext context)
    {
        var actual = context[Key];
        if (Operator == "Null")
        {
            return Values.Any(v => bool.Parse(v) == (actual.Count == 0));
        }

        var name = Plain(Operator);
        var negative = name.StartsWith("StringNot", StringComparison.Ordinal);
        if (actual.Count == 0)
        {
            return negative || Operator.EndsWith("IfExists", StringComparison.Ordinal) || Operator.StartsWith("ForAllValues:", StringComparison.Ordinal);
        }

        bool One(string value) => Values.Any(v => name switch
        {
            "StringEquals" or "StringNotEquals" => v == value,
            "StringEqualsIgnoreCase" or "Bool" => string.Equals(v, value, StringComparison.OrdinalIgnoreCase),
            _ => PolicyStatement.Like(v, value),
        }) != negative;
        return negative || Operator.StartsWith("ForAllValues:", StringComparison.Ordinal) ? actual.All(One) : actual.Any(One);
    }

    private static string Plain(string name)
    {
        var plain = name.Contains(':', StringComparison.Ordinal) ? name.Split(':', 2)[1] : name;
        return plain.EndsWith("IfExists", StringComparison.Ordinal) ? plain[..^"IfExists".Length] : plain;
    }
}
