using CsiSecrets.Tests.Aws.Wire;

namespace CsiSecrets.Tests.Aws.SecretsManager;

/// <summary>The operations of Secrets Manager by name (JSON 1.1, target `secretsmanager.`).</summary>
internal sealed class SecretsManagerService : JsonService
{
    public SecretsManagerService(SecretStore store, SecretWriting writing)
        : base("secretsmanager", "InternalServiceError", store.Gate)
    {
        var (reading, listing, stages) = (new SecretReading(store), new SecretListing(store), new SecretStages(store));
        var (deletion, tags, policies) = (new SecretDeletion(store), new SecretTags(store), new SecretPolicies(store));
        var replication = new SecretReplication(store);
        Operations["GetSecretValue"] = reading.Get;
        Operations["BatchGetSecretValue"] = reading.Batch;
        Operations["ListSecrets"] = listing.List;
        Operations["DescribeSecret"] = listing.Describe;
        Operations["ListSecretVersionIds"] = listing.VersionIds;
        Operations["CreateSecret"] = writing.Create;
        Operations["PutSecretValue"] = writing.Put;
        Operations["UpdateSecret"] = writing.Update;
        Operations["UpdateSecretVersionStage"] = stages.Update;
        Operations["RotateSecret"] = stages.Rotate;
        Operations["DeleteSecret"] = deletion.Delete;
        Operations["RestoreSecret"] = deletion.Restore;
        Operations["TagResource"] = tags.Tag;
        Operations["UntagResource"] = tags.Untag;
        Operations["PutResourcePolicy"] = policies.Put;
        Operations["GetResourcePolicy"] = policies.Get;
        Operations["DeleteResourcePolicy"] = policies.Delete;
        Operations["ReplicateSecretToRegions"] = replication.Replicate;
        Operations["RemoveRegionsFromReplication"] = replication.Remove;
    }

    protected override IEnumerable<string> ObjectsOf(Call call) =>
        call.Input["SecretId"] is not null ? call.List("SecretId") : call.Input["Name"] is not null ? call.List("Name") : call.List("SecretIdList");
}
