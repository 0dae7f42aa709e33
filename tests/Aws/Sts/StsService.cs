using System.Collections.Immutable;
using System.Text.Json;
using System.Xml.Linq;
using CsiSecrets.Tests.Aws.Iam;
using CsiSecrets.Tests.Aws.Wire;

namespace CsiSecrets.Tests.Aws.Sts;

/// <summary>AssumeRoleWithWebIdentity, AssumeRole and GetCallerIdentity.</summary>
internal sealed class StsService(Roles roles, Credentials credentials, TimeProvider time)
{
    private readonly WebIdentity _webIdentity = new(roles, time);

    public static bool Knows(string operation) => operation is "AssumeRoleWithWebIdentity" or "AssumeRole" or "GetCallerIdentity";

    /// <summary>AssumeRoleWithWebIdentity is the one call that needs no signature.</summary>
    public static bool Signed(string operation) => operation != "AssumeRoleWithWebIdentity";

    public string Run(StsForm form, Principal caller, string requestId) => form.Operation switch
    {
        "AssumeRoleWithWebIdentity" => WithWebIdentity(form, requestId),
        "AssumeRole" => AssumeRole(form, caller, requestId),
        _ => StsAnswer.Result(
            "GetCallerIdentity", requestId, new XElement("Arn", caller.Arn), new XElement("UserId", caller.UserId), new XElement("Account", caller.Account)),
    };

    private string WithWebIdentity(StsForm form, string requestId)
    {
        var arn = form.Required("RoleArn", 20, 2048);
        var name = form.SessionName();
        var (token, provider) = _webIdentity.Verify(form.Required("WebIdentityToken", 4, 20000));
        var role = roles.Find(arn);
        var context = WebIdentity.Conditions(token, provider, name);
        var federated = $"arn:aws:iam::{role?.Account}:oidc-provider/{provider.Name}";
        if (role is null || !Trusts(role, "sts:AssumeRoleWithWebIdentity", "Federated", [federated], context))
        {
            throw new AwsException("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity", 403);
        }

        var tags = WebIdentity.Tags(token).ToImmutableSortedDictionary(StringComparer.Ordinal);
        var key = credentials.Issue(Session(role, name, tags, [], Policy(form)), form.Duration(role.MaxSession));
        return StsAnswer.Result(
            form.Operation,
            requestId,
            StsAnswer.Credentials(key),
            new XElement("SubjectFromWebIdentityToken", token.Subject),
            StsAnswer.AssumedRole(key),
            new XElement("Provider", $"arn:aws:iam::{role.Account}:oidc-provider/{provider.Name}"),
            new XElement("Audience", token.Audiences[0]));
    }

    private string AssumeRole(StsForm form, Principal caller, string requestId)
    {
        var arn = form.Required("RoleArn", 20, 2048);
        var name = form.SessionName();
        var tags = form.Tags();
        var role = roles.Find(arn);
        var context = caller.Conditions();
        context.Add("sts:RoleSessionName", name);
        if (form["ExternalId"] is not null)
        {
            context.Add("sts:ExternalId", form.Required("ExternalId", 2, 1224));
        }

        foreach (var (key, value) in tags)
        {
            context.Add("aws:RequestTag/" + key, value);
            context.Add("aws:TagKeys", key);
        }

        Demand(caller, role, arn, "sts:AssumeRole", context);
        if (tags.Count > 0)
        {
            Demand(caller, role, arn, "sts:TagSession", context);
        }

        // Tags that the calling session handed on cannot be set anew.
        if (tags.Keys.FirstOrDefault(caller.TransitiveTags.Contains) is { } clash)
        {
            throw new AwsException("InvalidParameterValue", $"One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session: {clash}");
        }

        var duration = form.Duration(role!.MaxSession);
        if (caller.RoleArn is not null && duration > TimeSpan.FromHours(1))
        {
            throw new AwsException("ValidationError", "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.");
        }

        var inherited = caller.Tags.Where(t => caller.TransitiveTags.Contains(t.Key));
        var session = Session(role, name, tags.SetItems(inherited), form.TransitiveKeys().Union(caller.TransitiveTags), Policy(form));
        var issued = credentials.Issue(session, duration);
        return StsAnswer.Result(form.Operation, requestId, StsAnswer.Credentials(issued), StsAnswer.AssumedRole(issued));
    }

    /// <summary>A session's principal; its user id is the role's id and the session's name.</summary>
    public static Principal Session(
        Role role, string name, ImmutableSortedDictionary<string, string> tags, ImmutableSortedSet<string> transitive, PolicyDocument? policy) => new()
        {
            Arn = $"arn:aws:sts::{role.Account}:assumed-role/{role.Name}/{name}",
            UserId = $"{role.Id}:{name}",
            Account = role.Account,
            RoleArn = role.Arn,
            SessionName = name,
            Tags = tags,
            TransitiveTags = transitive,
            Policies = role.Policies,
            SessionPolicy = policy,
        };

    public static bool Trusts(Role role, string action, string type, string[] names, ConditionContext context)
    {
        var statements = role.Trust.Statements.Where(s => s.Names(type, names) && s.Applies(action, null, context)).ToList();
        return statements.Count > 0 && statements.All(s => s.Allow);
    }

    /// <summary>The role must trust the caller; trust in the whole account, or another account's trust, needs the caller's own policy too.</summary>
    private static void Demand(Principal caller, Role? role, string arn, string action, ConditionContext context)
    {
        var denied = new AwsException("AccessDenied", $"User: {caller.Arn} is not authorized to perform: {action} on resource: {arn}", 403);
        if (role is null || !Trusts(role, action, "AWS", Authorizer.Named(caller), context))
        {
            throw denied;
        }

        var personally = caller.RoleArn is null ? [caller.Arn] : new[] { caller.Arn, caller.RoleArn };
        var identity = caller.Policies.Concat(caller.SessionPolicy is { } p ? [p] : []).SelectMany(d => d.Statements)
            .Where(s => s.Applies(action, arn, context)).ToList();
        var enough = role.Account == caller.Account && role.Trust.Statements.Any(s => s.Names("AWS", personally) && s.Applies(action, null, context));
        if (identity.Any(s => !s.Allow) || (!enough && identity.Count == 0))
        {
            throw denied;
        }
    }

    private static PolicyDocument? Policy(StsForm form)
    {
        try
        {
            return form["Policy"] is { } text ? PolicyDocument.Parse(text) : null;
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            throw new AwsException("MalformedPolicyDocument", e.Message);
        }
    }
}
