using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CsiSecrets.AwsApi.SecurityToken;

namespace CsiSecrets.Providers.Aws;

/// <summary>Builds a key out of everything that decides what may be read: the hash of all parts, each with its name and length.</summary>
internal sealed class AccessKeys
{
    private readonly StringBuilder text = new();

    public AccessKeys Add(string name, string? value)
    {
        text.Append(CultureInfo.InvariantCulture, $"{name.Length}:{name}{value?.Length ?? -1}:{value}");
        return this;
    }

    public AccessKeys Add(RoleStep step)
    {
        Add("role", step.RoleArn).Add("externalID", step.ExternalId);
        foreach ((string key, string value) in step.Tags)
        {
            Add("tag", key).Add("value", value);
        }

        foreach (string key in step.TransitiveTagKeys)
        {
            Add("transitive", key);
        }

        return this;
    }

    public string Hash() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
}
