using System.Collections.Immutable;
using System.IO.Enumeration;
using System.Text.Json.Nodes;

namespace CsiSecrets.Tests.Aws.Iam;

/// <summary>One statement of a policy: effect, actions, resources, principals, conditions.</summary>
internal sealed record PolicyStatement
{
    public required bool Allow { get; init; }
    public ImmutableArray<string> Actions { get; init; } = [];
    public ImmutableArray<string> NotActions { get; init; } = [];
    public ImmutableArray<string> Resources { get; init; } = [];
    public ImmutableArray<string> NotResources { get; init; } = [];
    public ImmutableArray<(string Type, string Value)> Principals { get; init; } = [];
    public ImmutableArray<PolicyCondition> Conditions { get; init; } = [];

    public static PolicyStatement Parse(JsonObject json) => new()
    {
        Allow = (string?)json["Effect"] switch
        {
            "Allow" => true,
            "Deny" => false,
            var other => throw new FormatException($"a statement's Effect is Allow or Deny, not '{other}'"),
        },
        Actions = OneOrMany.Read(json["Action"]),
        NotActions = OneOrMany.Read(json["NotAction"]),
        Resources = OneOrMany.Read(json["Resource"]),
        NotResources = OneOrMany.Read(json["NotResource"]),
        Principals = ReadPrincipals(json["Principal"]),
        Conditions = json["Condition"] is JsonObject conditions ? [.. conditions.SelectMany(PolicyCondition.Read)] : [],
    };

    /// <summary>Whether the statement speaks of this action on this resource under these conditions. Trust policies name no resource.</summary>
    public bool Applies(string action, string? resource, ConditionContext context)
    {
        var acts = Actions.Length > 0
            ? Actions.Any(a => Like(a, action, ignoreCase: true))
            : NotActions.Length > 0 && !NotActions.Any(a => Like(a, action, ignoreCase: true));
        var rests = resource is null || (Resources.Length > 0
            ? Resources.Any(r => Like(r, resource))
            : NotResources.Length == 0 || !NotResources.Any(r => Like(r, resource)));
        return acts && rests && Conditions.All(c => c.Holds(context));
    }

    public bool Names(string type, params string[] values) => Principals.Any(p =>
        p.Type == type && (p.Value == "*" || values.Contains(p.Value, StringComparer.Ordinal)));

    /// <summary>IAM's pattern: * and ? only, the whole text.</summary>
    public static bool Like(string pattern, string text, bool ignoreCase = false) =>
        FileSystemName.MatchesSimpleExpression(pattern.Replace("\\", "\\\\", StringComparison.Ordinal), text, ignoreCase);

    private static ImmutableArray<(string Type, string Value)> ReadPrincipals(JsonNode? node) => node switch
    {
        null => [],
        JsonObject types => [.. types.SelectMany(t => OneOrMany.Read(t.Value).Select(v => (t.Key, v)))],
        _ => [("AWS", node.ToString())],
    };
}
