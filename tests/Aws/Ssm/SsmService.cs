using CsiSecrets.Tests.Aws.Wire;

namespace CsiSecrets.Tests.Aws.Ssm;

/// <summary>The operations of Parameter Store by name (JSON 1.1, target `AmazonSSM.`).</summary>
internal sealed class SsmService : JsonService
{
    public SsmService(ParameterStore store)
        : base("ssm", "InternalServerError", store.Gate)
    {
        var (reading, writing, listing) = (new ParameterReading(store), new ParameterWriting(store), new ParameterListing(store));
        Operations["GetParameter"] = reading.Get;
        Operations["GetParameters"] = reading.GetMany;
        Operations["GetParametersByPath"] = reading.ByPath;
        Operations["DescribeParameters"] = listing.Describe;
        Operations["PutParameter"] = writing.Put;
        Operations["DeleteParameter"] = writing.Delete;
        Operations["DeleteParameters"] = writing.DeleteMany;
        Operations["LabelParameterVersion"] = writing.Label;
        Operations["AddTagsToResource"] = listing.AddTags;
        Operations["RemoveTagsFromResource"] = listing.RemoveTags;
        Operations["ListTagsForResource"] = listing.ListTags;
    }

    protected override IEnumerable<string> ObjectsOf(Call call) =>
        call.Input["Name"] is not null ? call.List("Name") : call.Input["Path"] is not null ? call.List("Path") : call.List("Names");
}
