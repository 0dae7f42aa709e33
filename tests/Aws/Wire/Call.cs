using System.Collections.Immutable;
using System.Text.Json.Nodes;
using CsiSecrets.Tests.Aws.Iam;

namespace CsiSecrets.Tests.Aws.Wire;

/// <summary>One verified call on its way through an operation.</summary>
internal sealed class Call(string service, string operation, string region, Principal caller, JsonObject input)
{
    public string Service { get; } = service;

    public string Operation { get; } = operation;

    public string Region { get; } = region;

    public Principal Caller { get; } = caller;

    public JsonObject Input { get; } = input;

    /// <summary>Asks IAM for this call's own action, or for another (`kms:Decrypt`).</summary>
    public void Demand(string resource, string? action = null, PolicyDocument? resourcePolicy = null, ImmutableSortedDictionary<string, string>? tags = null) =>
        Authorizer.Demand(Caller, Action(action), resource, resourcePolicy, Context(tags));

    public string? Decide(string resource, string action, PolicyDocument? resourcePolicy, ImmutableSortedDictionary<string, string>? tags) =>
        Authorizer.Decide(Caller, Action(action), resource, resourcePolicy, Context(tags));

    public string? Text(string name) => Input[name] is { } node ? Input.Text(name, node) : null;

    /// <exception cref="AwsException">The member is missing or breaks the length rule.</exception>
    public string Required(string name, int max = 2048)
    {
        var text = Text(name);
        if (text is null)
        {
            throw AwsException.Constraint("null", Camel(name), "not be null");
        }

        return text.Length is >= 1 && text.Length <= max ? text : throw AwsException.Constraint(text, Camel(name), text.Length == 0
            ? "have length greater than or equal to 1"
            : $"have length less than or equal to {max}");
    }

    public bool Flag(string name) => Input[name] is JsonValue value && value.TryGetValue<bool>(out var flag) && flag;

    public int? Number(string name) => Input[name] is JsonValue value && value.TryGetValue<int>(out var number) ? number : null;

    public IReadOnlyList<string> List(string name) => OneOrMany.Read(Input[name]);

    /// <summary>MaxResults within its bounds.</summary>
    public int PageSize(int max, int normal)
    {
        var size = Number("MaxResults") ?? normal;
        return size >= 1 && size <= max ? size : throw AwsException.Constraint(
            $"{size}", "maxResults", size < 1 ? "have value greater than or equal to 1" : $"have value less than or equal to {max}");
    }

    private string Action(string? action) => action ?? $"{Service}:{Operation}";

    private ConditionContext Context(ImmutableSortedDictionary<string, string>? tags)
    {
        var context = Caller.Conditions();
        context.Add("aws:RequestedRegion", Region);
        foreach (var (key, value) in tags ?? ImmutableSortedDictionary<string, string>.Empty)
        {
            context.Add("aws:ResourceTag/" + key, value);
            context.Add($"{Service}:ResourceTag/{key}", value);
        }

        return context;
    }

    private static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}

/// <summary>Reads members whose JSON type a client may have got wrong.</summary>
internal static class JsonMembers
{
    public static string Text(this JsonObject _, string name, JsonNode node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text)
            ? text
            : throw new AwsException("SerializationException", $"{name} can not be converted to a String");
}
