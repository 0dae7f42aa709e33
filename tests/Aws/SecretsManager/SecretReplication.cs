using System.Text.Json.Nodes;
using CsiSecrets.Tests.Aws.Wire;

namespace CsiSecrets.Tests.Aws.SecretsManager;

/// <summary>ReplicateSecretToRegions and RemoveRegionsFromReplication; a replica reads what its primary holds.</summary>
internal sealed class SecretReplication(SecretStore store)
{
    public JsonObject Replicate(Call call)
    {
        var secret = store.Writable(call);
        foreach (var item in call.Input["AddReplicaRegions"] as JsonArray ?? [])
        {
            var region = (string?)item!["Region"] ?? throw AwsException.InvalidParameter("A replica needs a Region.");
            if (region == call.Region)
            {
                throw AwsException.InvalidParameter("Invalid replica region.");
            }

            if (store.Find(region, secret.Name) is not null && !call.Flag("ForceOverwriteReplicaSecret"))
            {
                throw new AwsException("ResourceExistsException", $"A secret named {secret.Name} already exists in {region}.");
            }

            var replica = store.Add(secret.Name, region, secret.Content, secret.Arn[^6..]);
            (replica.PrimaryRegion, replica.KmsKeyId) = (call.Region, (string?)item["KmsKeyId"]);
            secret.Replicas.RemoveAll(r => r.Region == region);
            secret.Replicas.Add(replica);
        }

        secret.PrimaryRegion = call.Region;
        store.Changed(secret);
        return new JsonObject { ["ARN"] = secret.Arn, ["ReplicationStatus"] = SecretAnswers.Replication(secret) };
    }

    public JsonObject Remove(Call call)
    {
        var secret = store.Writable(call);
        foreach (var region in call.List("RemoveReplicaRegions"))
        {
            foreach (var replica in secret.Replicas.Where(r => r.Region == region).ToList())
            {
                secret.Replicas.Remove(replica);
                store.Remove(replica);
            }
        }

        secret.PrimaryRegion = secret.Replicas.Count > 0 ? call.Region : null;
        store.Changed(secret);
        return new JsonObject { ["ARN"] = secret.Arn, ["ReplicationStatus"] = SecretAnswers.Replication(secret) };
    }
}
