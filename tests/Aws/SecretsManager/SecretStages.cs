using System.Text.Json.Nodes;
using CsiSecrets.Tests.Aws.Wire;

namespace CsiSecrets.Tests.Aws.SecretsManager;

/// <summary>UpdateSecretVersionStage and RotateSecret.</summary>
internal sealed class SecretStages(SecretStore store)
{
    public JsonObject Update(Call call)
    {
        var secret = store.Writable(call);
        var stage = call.Required("VersionStage", 256);
        var (to, from) = (call.Text("MoveToVersionId"), call.Text("RemoveFromVersionId"));
        var holder = secret.Content.Staged(stage);
        if (holder is not null && holder.Id != to && from != holder.Id)
        {
            throw AwsException.InvalidParameter(from is null
                ? $"The parameter RemoveFromVersionId can't be empty. Staging label {stage} is currently attached to version {holder.Id}, so you must explicitly reference that version in RemoveFromVersionId."
                : $"The staging label {stage} isn't attached to version {from}.");
        }

        if (to is null && stage == SecretVersion.Current)
        {
            throw AwsException.InvalidParameter("You can't remove the staging label AWSCURRENT from a version; move it to another version.");
        }

        if (to is null)
        {
            holder?.Stages.Remove(stage);
        }
        else
        {
            secret.Content.Move(stage, Version(secret, to));
        }

        store.Changed(secret);
        return SecretAnswers.Named(secret);
    }

    /// <summary>Keeps the schedule and finishes a rotation whose AWSPENDING version has been written, as the last step of a rotation function does.</summary>
    public JsonObject Rotate(Call call)
    {
        var secret = store.Writable(call);
        var content = secret.Content;
        content.RotationLambda = call.Text("RotationLambdaARN") ?? content.RotationLambda;
        if (content.RotationLambda is null)
        {
            throw AwsException.InvalidRequest("No Lambda rotation function ARN is associated with this secret.");
        }

        content.RotationEnabled = true;
        content.RotationDays = call.Input["RotationRules"]?["AutomaticallyAfterDays"] is JsonValue days ? (int)days : content.RotationDays;
        var answer = SecretAnswers.Named(secret);
        if (content.Staged(SecretVersion.Pending) is { } pending)
        {
            content.Move(SecretVersion.Current, pending);
            pending.Stages.Remove(SecretVersion.Pending);
            content.Rotated = store.Now;
            answer["VersionId"] = pending.Id;
        }

        store.Changed(secret);
        return answer;
    }

    private static SecretVersion Version(Secret secret, string id) => secret.Content.Find(id)
        ?? throw AwsException.NotFound($"Secrets Manager can't find the specified secret value for VersionId: {id}");
}
