using System.Collections.Immutable;
using System.Text.Json.Nodes;
using CsiSecrets.Tests.Aws.Wire;

namespace CsiSecrets.Tests.Aws.SecretsManager;

/// <summary>TagResource and UntagResource.</summary>
internal sealed class SecretTags(SecretStore store)
{
    public JsonObject Tag(Call call)
    {
        var secret = store.Get(call);
        var tags = secret.Content.Tags.SetItems(Read(call));
        secret.Content.Tags = tags.Count <= 50 ? tags : throw new AwsException("LimitExceededException", "A secret can have 50 tags at most.");
        store.Changed(secret);
        return [];
    }

    public JsonObject Untag(Call call)
    {
        var secret = store.Get(call);
        secret.Content.Tags = secret.Content.Tags.RemoveRange(call.List("TagKeys"));
        store.Changed(secret);
        return [];
    }

    public static ImmutableSortedDictionary<string, string> Read(Call call, string member = "Tags")
    {
        var tags = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var tag in call.Input[member] as JsonArray ?? [])
        {
            var key = (string?)tag!["Key"] ?? "";
            if (key.Length is 0 or > 128 || key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase))
            {
                throw AwsException.InvalidParameter("Tag keys have 1 to 128 characters and don't begin with aws:.");
            }

            tags[key] = (string?)tag["Value"] ?? "";
        }

        return tags.ToImmutable();
    }
}
