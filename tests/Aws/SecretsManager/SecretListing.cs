using System.Text.Json.Nodes;
using CsiSecrets.Tests.Aws.Wire;

namespace CsiSecrets.Tests.Aws.SecretsManager;

/// <summary>ListSecrets, DescribeSecret and ListSecretVersionIds.</summary>
internal sealed class SecretListing(SecretStore store)
{
    public JsonObject List(Call call)
    {
        call.Demand("*");
        var filters = SecretFilter.Read(call);
        var deleted = call.Flag("IncludePlannedDeletion");
        var found = store.Listed(call.Region).Where(s => (deleted || s.Deleted is null) && filters.All(f => f.Matches(s)));
        found = call.Text("SortBy") switch
        {
            "name" => found.OrderBy(s => s.Name, StringComparer.Ordinal),
            "last-changed-date" => found.OrderBy(s => s.Changed),
            "last-accessed-date" => found.OrderBy(s => s.Source.Accessed),
            _ => found,
        };
        if (call.Text("SortOrder") == "desc")
        {
            found = found.Reverse();
        }

        var answer = new JsonObject();
        var page = Page.Take(found.ToList(), call, call.PageSize(100, 100), answer);
        answer["SecretList"] = new JsonArray([.. page.Select(s => (JsonNode)SecretAnswers.Metadata(s, "SecretVersionsToStages"))]);
        return answer;
    }

    public JsonObject Describe(Call call)
    {
        var secret = store.Get(call, alsoDeleted: true);
        var answer = SecretAnswers.Metadata(SecretSummary.Of(secret), "VersionIdsToStages");
        if (secret.Replicas.Count > 0)
        {
            answer["ReplicationStatus"] = SecretAnswers.Replication(secret);
        }

        return answer;
    }

    public JsonObject VersionIds(Call call)
    {
        var secret = store.Get(call, alsoDeleted: true);
        var all = secret.Content.Versions.Where(v => v.Stages.Count > 0 || call.Flag("IncludeDeprecated")).ToList();
        var answer = SecretAnswers.Named(secret);
        var page = Page.Take(all, call, call.PageSize(100, 100), answer);
        answer["Versions"] = new JsonArray([.. page.Select(v => (JsonNode)new JsonObject
        {
            ["VersionId"] = v.Id,
            ["VersionStages"] = SecretAnswers.Strings(v.Stages),
            ["CreatedDate"] = SecretAnswers.Time(v.Created),
            ["LastAccessedDate"] = v.Accessed is { } accessed ? SecretAnswers.Day(accessed) : null,
        })]);
        return answer;
    }
}
