using System.Text.Json;
using System.Text.Json.Nodes;
using CsiSecrets.Tests.Aws.Iam;
using CsiSecrets.Tests.Aws.Wire;

namespace CsiSecrets.Tests.Aws.SecretsManager;

/// <summary>PutResourcePolicy, GetResourcePolicy and DeleteResourcePolicy.</summary>
internal sealed class SecretPolicies(SecretStore store)
{
    public JsonObject Put(Call call)
    {
        var secret = store.Get(call);
        var text = call.Required("ResourcePolicy", 20480);
        try
        {
            PolicyDocument.Parse(text);
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException)
        {
            throw new AwsException("MalformedPolicyDocumentException", "This resource policy contains invalid Json.");
        }

        secret.ResourcePolicy = text;
        return SecretAnswers.Named(secret);
    }

    public JsonObject Get(Call call)
    {
        var secret = store.Get(call);
        var answer = SecretAnswers.Named(secret);
        if (secret.ResourcePolicy is not null)
        {
            answer["ResourcePolicy"] = secret.ResourcePolicy;
        }

        return answer;
    }

    public JsonObject Delete(Call call)
    {
        var secret = store.Get(call);
        secret.ResourcePolicy = null;
        return SecretAnswers.Named(secret);
    }
}
