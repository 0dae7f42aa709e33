using System.Security.Cryptography;
using CsiSecrets.JsonQuery;
using CsiSecrets.JsonQuery.Gjson;
using CsiSecrets.Model;

namespace CsiSecrets.Providers.Stores;

/// <summary>Properties and keys of a JSON value, as the peer's providers take them. Pure.</summary>
internal static class StoreValues
{
    /// <summary>The property: a name with dots is tried as it stands first, then as a path. Null when there is none; the whole value for none.</summary>
    public static SecretBytes? Select(SecretBytes content, string property)
    {
        if (property.Length == 0)
        {
            return content.Share();
        }

        byte[]? text;
        try
        {
            text = GjsonProperty.Select(content.Memory, property);
        }
        catch (JsonTreeException e)
        {
            throw new SecretsException(FailureReason.ValueInvalid, "property", e.Message, "use a simpler path");
        }

        if (text is null)
        {
            return null;
        }

        var selected = SecretBytes.Copy(text);
        CryptographicOperations.ZeroMemory(text);
        return selected;
    }

    /// <summary>Each member of a JSON object: a string's text, anything else as it stands.</summary>
    /// <param name="subject">The value's name, for messages.</param>
    /// <param name="content">The value.</param>
    public static SecretSet Extract(string subject, SecretBytes content)
    {
        try
        {
            var set = new SecretSet();
            foreach ((string key, SecretBytes member) in ValueJson.Members(content, nullIsEmpty: true))
            {
                set.Put(key, member);
            }

            return set;
        }
        catch (FormatException e)
        {
            throw new SecretsException(
                FailureReason.ValueInvalid, subject, $"unable to unmarshal secret: {e.Message}", "extract needs a JSON object", e);
        }
    }

    /// <summary>The members of a property's value.</summary>
    public static SecretSet Extract(string subject, SecretBytes content, string property)
    {
        using SecretBytes part = Select(content, property) ?? throw NoProperty(subject, property);
        return Extract(property.Length == 0 ? subject : $"{subject}: property {property}", part);
    }

    public static SecretsException NoProperty(string subject, string property) => new(
        FailureReason.ValueInvalid, subject, $"key {property} does not exist in it", "check the property: a path in the value's JSON");
}
