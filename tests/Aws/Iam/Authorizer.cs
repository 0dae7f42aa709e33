using CsiSecrets.Tests.Aws.Wire;

namespace CsiSecrets.Tests.Aws.Iam;

/// <summary>Decides as IAM does within one account: an explicit deny wins, then an allow of the identity or of the resource.</summary>
internal static class Authorizer
{
    /// <exception cref="AwsException">AccessDeniedException, in AWS's words.</exception>
    public static void Demand(Principal caller, string action, string resource, PolicyDocument? resourcePolicy, ConditionContext context)
    {
        var denial = Decide(caller, action, resource, resourcePolicy, context);
        if (denial is not null)
        {
            throw new AwsException("AccessDeniedException", denial);
        }
    }

    /// <returns>null if allowed, else AWS's message.</returns>
    public static string? Decide(Principal caller, string action, string resource, PolicyDocument? resourcePolicy, ConditionContext context)
    {
        var sentence = $"User: {caller.Arn} is not authorized to perform: {action} on resource: {resource}";
        var identity = caller.Policies.SelectMany(p => p.Statements).Where(s => s.Applies(action, resource, context)).ToList();
        var ofResource = resourcePolicy?.Statements
            .Where(s => s.Names("AWS", Named(caller)) && s.Applies(action, resource, context)).ToList() ?? [];
        var session = caller.SessionPolicy?.Statements.Where(s => s.Applies(action, resource, context)).ToList();
        if (identity.Any(s => !s.Allow) || session?.Any(s => !s.Allow) == true)
        {
            return sentence + " with an explicit deny in an identity-based policy";
        }

        if (ofResource.Any(s => !s.Allow))
        {
            return sentence + " with an explicit deny in a resource-based policy";
        }

        if (session?.Count == 0)
        {
            return $"{sentence} because no session policy allows the {action} action";
        }

        return identity.Count > 0 || ofResource.Count > 0 ? null : $"{sentence} because no identity-based policy allows the {action} action";
    }

    /// <summary>The names under which policies may mean this caller.</summary>
    public static string[] Named(Principal caller)
    {
        var names = new List<string> { caller.Arn, caller.Account, $"arn:aws:iam::{caller.Account}:root" };
        if (caller.RoleArn is not null)
        {
            names.Add(caller.RoleArn);
        }

        return [.. names];
    }
}
