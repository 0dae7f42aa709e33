using System.Text.Json.Nodes;
using CsiSecrets.Tests.Aws.Wire;

namespace CsiSecrets.Tests.Aws.SecretsManager;

/// <summary>DeleteSecret and RestoreSecret.</summary>
internal sealed class SecretDeletion(SecretStore store)
{
    public JsonObject Delete(Call call)
    {
        var days = call.Number("RecoveryWindowInDays");
        var force = call.Flag("ForceDeleteWithoutRecovery");
        if (force && days is not null)
        {
            throw AwsException.InvalidParameter("You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.");
        }

        if (days is < 7 or > 30)
        {
            throw AwsException.InvalidParameter("The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).");
        }

        var secret = store.Get(call, alsoDeleted: force);
        if (secret.IsReplica || secret.Replicas.Count > 0)
        {
            throw AwsException.InvalidRequest("You can't delete secret that still has replica regions.");
        }

        var answer = SecretAnswers.Named(secret);
        var ends = store.Now + (force ? TimeSpan.Zero : TimeSpan.FromDays(days ?? 30));
        answer["DeletionDate"] = SecretAnswers.Time(ends);
        if (force)
        {
            store.Remove(secret);
        }
        else
        {
            (secret.Deleted, secret.Ends) = (store.Now, ends);
            store.Changed(secret);
        }

        return answer;
    }

    public JsonObject Restore(Call call)
    {
        var secret = store.Get(call, alsoDeleted: true);
        (secret.Deleted, secret.Ends) = (null, null);
        store.Changed(secret);
        return SecretAnswers.Named(secret);
    }
}
