using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace CsiSecrets.Tests.Aws.Iam;

/// <summary>Who signed a request: a user, or a session of a role.</summary>
internal sealed record Principal
{
    public static readonly Principal Anonymous = new() { Arn = "anonymous", UserId = "anonymous", Account = "" };

    public required string Arn { get; init; }
    public required string UserId { get; init; }
    public required string Account { get; init; }

    /// <summary>The ARN of the role behind a session; null for a user.</summary>
    public string? RoleArn { get; init; }

    public string? SessionName { get; init; }
    public ImmutableSortedDictionary<string, string> Tags { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
    public ImmutableSortedSet<string> TransitiveTags { get; init; } = [];
    public ImmutableArray<PolicyDocument> Policies { get; init; } = [];
    public PolicyDocument? SessionPolicy { get; init; }

    /// <summary>The aws:PrincipalTag/... keys that conditions read.</summary>
    public ConditionContext Conditions()
    {
        var context = new ConditionContext();
        foreach (var (key, value) in Tags)
        {
            context.Add("aws:PrincipalTag/" + key, value);
        }

        context.Add("aws:PrincipalArn", RoleArn ?? Arn);
        context.Add("aws:PrincipalAccount", Account);
        return context;
    }
}

/// <summary>The condition keys of one request; names are not case-sensitive, as in IAM.</summary>
internal sealed class ConditionContext
{
    private readonly Dictionary<string, List<string>> _values = new(StringComparer.OrdinalIgnoreCase);

    public void Add(string key, string value)
    {
        if (!_values.TryGetValue(key, out var values))
        {
            _values[key] = values = [];
        }

        values.Add(value);
    }

    public IReadOnlyList<string> this[string key] => _values.TryGetValue(key, out var values) ? values : [];
}

/// <summary>Values that a policy writes as one string or as a list of strings.</summary>
internal static class OneOrMany
{
    public static ImmutableArray<string> Read(JsonNode? node) => node switch
    {
        null => [],
        JsonArray array => [.. array.Select(n => n!.ToString())],
        _ => [node.ToString()],
    };
}
