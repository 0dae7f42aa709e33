using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CsiSecrets.Tests.Aws.Wire;

namespace CsiSecrets.Tests.Aws.SecretsManager;

/// <summary>CreateSecret, PutSecretValue and UpdateSecret.</summary>
internal sealed partial class SecretWriting(SecretStore store, string account)
{
    private const int MaxBytes = 65536;

    public JsonObject Create(Call call)
    {
        var name = call.Required("Name", 512);
        if (!ValidName().IsMatch(name))
        {
            throw new AwsException(
                "ValidationException", "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!");
        }

        call.Demand($"arn:{SecretStore.Partition(call.Region)}:secretsmanager:{call.Region}:{account}:secret:{name}");
        if (store.Find(call.Region, name) is { } existing)
        {
            return Again(call, existing);
        }

        var (text, binary) = Value(call);
        var content = new SecretContent { Description = call.Text("Description"), Tags = SecretTags.Read(call) };
        var secret = store.Add(name, call.Region, content);
        secret.KmsKeyId = call.Text("KmsKeyId");
        var answer = SecretAnswers.Named(secret);
        if (text is not null || binary is not null)
        {
            answer["VersionId"] = Add(secret, Token(call), text, binary, [SecretVersion.Current]).Id;
        }

        store.Changed(secret);
        return answer;
    }

    public JsonObject Put(Call call)
    {
        var secret = store.Writable(call);
        var (text, binary) = Value(call);
        if (text is null && binary is null)
        {
            throw AwsException.InvalidParameter("You must provide either SecretString or SecretBinary.");
        }

        var stages = call.List("VersionStages");
        return SecretAnswers.Written(secret, Add(secret, Token(call), text, binary, stages.Count > 0 ? stages : [SecretVersion.Current]));
    }

    public JsonObject Update(Call call)
    {
        var secret = store.Writable(call);
        var (text, binary) = Value(call);
        secret.Content.Description = call.Text("Description") ?? secret.Content.Description;
        secret.KmsKeyId = call.Text("KmsKeyId") ?? secret.KmsKeyId;
        var answer = SecretAnswers.Named(secret);
        if (text is not null || binary is not null)
        {
            answer["VersionId"] = Add(secret, Token(call), text, binary, [SecretVersion.Current]).Id;
        }

        store.Changed(secret);
        return answer;
    }

    /// <summary>A new version, or the same one for a token that repeats itself.</summary>
    public SecretVersion Add(Secret secret, string token, string? text, byte[]? binary, IReadOnlyList<string> stages)
    {
        var content = secret.Content;
        if (content.Find(token) is { } same)
        {
            return same.SameValue(text, binary) ? same : throw new AwsException(
                "ResourceExistsException",
                $"You can't use ClientRequestToken {token} because that value is already in use for a version of secret {secret.Arn}.");
        }

        var version = new SecretVersion(token, text, binary, store.Now);
        content.Versions.Add(version);
        foreach (var stage in stages)
        {
            content.Move(stage, version);
        }

        // A first version is current whatever it is called; without stages the oldest go beyond a hundred.
        if (content.Staged(SecretVersion.Current) is null)
        {
            content.Move(SecretVersion.Current, version);
        }

        while (content.Versions.Count > 100 && content.Versions.Find(v => v.Stages.Count == 0) is { } oldest)
        {
            content.Versions.Remove(oldest);
        }

        store.Changed(secret);
        return version;
    }

    private static JsonObject Again(Call call, Secret existing)
    {
        if (existing.Deleted is not null)
        {
            throw AwsException.InvalidRequest(
                "You can't create this secret because a secret with this name is already scheduled for deletion.");
        }

        var (text, binary) = Value(call);
        if (call.Text("ClientRequestToken") is { } token && existing.Content.Find(token)?.SameValue(text, binary) == true)
        {
            var answer = SecretAnswers.Named(existing);
            answer["VersionId"] = token;
            return answer;
        }

        throw new AwsException("ResourceExistsException", $"The operation failed because the secret {existing.Name} already exists.");
    }

    private static (string? Text, byte[]? Binary) Value(Call call)
    {
        var text = call.Text("SecretString");
        var encoded = call.Text("SecretBinary");
        if (text is not null && encoded is not null)
        {
            throw AwsException.InvalidParameter("You can't specify both a binary secret value and a string secret value in the same secret.");
        }

        try
        {
            var binary = encoded is null ? null : Convert.FromBase64String(encoded);
            var size = binary?.Length ?? System.Text.Encoding.UTF8.GetByteCount(text ?? "");
            return size <= MaxBytes ? (text, binary) : throw new AwsException(
                "ValidationException",
                $"1 validation error detected: Value at '{(binary is null ? "secretString" : "secretBinary")}' failed to satisfy constraint: Member must have length less than or equal to {MaxBytes}");
        }
        catch (FormatException)
        {
            throw new AwsException("SerializationException", "SecretBinary is not base64");
        }
    }

    private static string Token(Call call)
    {
        var token = call.Text("ClientRequestToken") ?? Guid.NewGuid().ToString();
        return token.Length is >= 32 and <= 64 ? token : throw AwsException.InvalidParameter("ClientRequestToken must be 32-64 characters long.");
    }

    [GeneratedRegex("^[A-Za-z0-9/_+=.@!-]+$")]
    private static partial Regex ValidName();
}
