using System.Text.Json.Nodes;
using CsiSecrets.Tests.Aws.SecretsManager;
using CsiSecrets.Tests.Aws.Wire;

namespace CsiSecrets.Tests.Aws.Ssm;

/// <summary>DescribeParameters and the tags of parameters.</summary>
internal sealed class ParameterListing(ParameterStore store)
{
    public JsonObject Describe(Call call)
    {
        call.Demand(store.Arn(call.Region, "*"));
        var filters = ParameterFilter.Read(call);
        var answer = new JsonObject();
        var found = store.In(call.Region).Where(p => filters.All(f => f.Matches(p))).ToList();
        var page = Page.Take(found, call, call.PageSize(50, 50), answer, "InvalidNextToken");
        answer["Parameters"] = new JsonArray([.. page.Select(Metadata)]);
        return answer;
    }

    public JsonObject AddTags(Call call)
    {
        var parameter = Tagged(call);
        parameter.Tags = parameter.Tags.SetItems(SecretTags.Read(call));
        return [];
    }

    public JsonObject RemoveTags(Call call)
    {
        var parameter = Tagged(call);
        parameter.Tags = parameter.Tags.RemoveRange(call.List("TagKeys"));
        return [];
    }

    public JsonObject ListTags(Call call) => new() { ["TagList"] = SecretAnswers.Tags(Tagged(call).Tags) };

    private Parameter Tagged(Call call)
    {
        if (call.Required("ResourceType") != "Parameter")
        {
            throw new AwsException("InvalidResourceType", "The resource type isn't valid: this endpoint knows Parameter.");
        }

        var id = call.Required("ResourceId");
        call.Demand(store.Arn(call.Region, id));
        return store.Find(call.Region, id) ?? throw new AwsException("InvalidResourceId", null);
    }

    private static JsonNode Metadata(Parameter p)
    {
        var answer = new JsonObject
        {
            ["Name"] = p.Name,
            ["ARN"] = p.Arn,
            ["Type"] = p.Latest.Type,
            ["Version"] = p.Latest.Number,
            ["LastModifiedDate"] = SecretAnswers.Time(p.Latest.Modified),
            ["LastModifiedUser"] = p.Latest.ModifiedBy,
            ["Tier"] = p.Tier,
            ["DataType"] = p.DataType,
            ["Policies"] = new JsonArray(),
        };
        if (p.Description is not null)
        {
            answer["Description"] = p.Description;
        }

        if (p.Latest.KeyId is not null)
        {
            answer["KeyId"] = p.Latest.KeyId;
        }

        return answer;
    }
}
