using System.Text.Json.Nodes;
using CsiSecrets.Tests.Aws.Wire;

namespace CsiSecrets.Tests.Aws.SecretsManager;

/// <summary>GetSecretValue and BatchGetSecretValue.</summary>
internal sealed class SecretReading(SecretStore store)
{
    public JsonObject Get(Call call) => Value(call, store.Get(call), call.Text("VersionId"), call.Text("VersionStage"));

    public JsonObject Batch(Call call)
    {
        var ids = call.List("SecretIdList");
        var filters = SecretFilter.Read(call);
        if (ids.Count > 0 == filters.Count > 0)
        {
            throw AwsException.InvalidParameter("You must provide either SecretIdList or Filters, but not both.");
        }

        if (ids.Count > 20)
        {
            throw AwsException.Constraint($"[{string.Join(", ", ids)}]", "secretIdList", "have length less than or equal to 20");
        }

        if (ids.Count > 0 && call.Number("MaxResults") is not null)
        {
            throw AwsException.InvalidParameter("To use MaxResults, you must also use the Filters parameter.");
        }

        call.Demand("*");
        var answer = new JsonObject();
        if (filters.Count > 0)
        {
            call.Demand("*", "secretsmanager:ListSecrets");
            var found = store.Listed(call.Region).Where(s => s.Deleted is null && filters.All(f => f.Matches(s))).ToList();
            ids = [.. Page.Take(found, call, call.PageSize(20, 20), answer).Select(s => s.Source.Arn)];
        }

        var values = new JsonArray();
        var errors = new JsonArray();
        foreach (var id in ids.Distinct(StringComparer.Ordinal))
        {
            Read(call, id, values, errors);
        }

        answer["SecretValues"] = values;
        answer["Errors"] = errors;
        return answer;
    }

    private void Read(Call call, string id, JsonArray values, JsonArray errors)
    {
        try
        {
            var secret = store.Allowed(call, id, "secretsmanager:GetSecretValue");
            if (secret.Deleted is not null)
            {
                throw AwsException.InvalidRequest("You can't perform this operation on the secret because it was marked for deletion.");
            }

            values.Add((JsonNode)Value(call, secret, null, null));
        }
        catch (AwsException e)
        {
            errors.Add((JsonNode)new JsonObject { ["SecretId"] = id, ["ErrorCode"] = e.Code, ["Message"] = e.Text });
        }
    }

    private JsonObject Value(Call call, Secret secret, string? versionId, string? stage)
    {
        var version = versionId is null ? secret.Content.Staged(stage ?? SecretVersion.Current) : secret.Content.Find(versionId);
        if (version is null)
        {
            var by = versionId is null ? $"staging label: {stage ?? SecretVersion.Current}" : $"VersionId: {versionId}";
            throw AwsException.NotFound($"Secrets Manager can't find the specified secret value for {by}");
        }

        if (versionId is not null && stage is not null && !version.Stages.Contains(stage))
        {
            throw AwsException.InvalidRequest(
                $"You provided a VersionStage that is not associated to the provided VersionId. VersionId: {versionId}, VersionStage: {stage}");
        }

        Decrypt(call, secret);
        secret.Accessed = version.Accessed = store.Now;
        return SecretAnswers.Value(secret, version);
    }

    /// <summary>A customer's key asks for kms:Decrypt as well; the service's own key does not.</summary>
    private void Decrypt(Call call, Secret secret)
    {
        if (secret.KmsKeyId is not { } key || key == "alias/aws/secretsmanager")
        {
            return;
        }

        if (store.DisabledKeys.Contains(key))
        {
            throw new AwsException("DecryptionFailure", "Secrets Manager can't decrypt the protected secret text using the provided KMS key.");
        }

        if (call.Decide(key, "kms:Decrypt", null, null) is not null)
        {
            throw new AwsException("AccessDeniedException", "Access to KMS is not allowed");
        }
    }
}
