using System.Collections.Immutable;
using CsiSecrets.Tests.Aws.Hosting;
using CsiSecrets.Tests.Aws.Iam;
using CsiSecrets.Tests.Aws.Oidc;
using CsiSecrets.Tests.Aws.SecretsManager;
using CsiSecrets.Tests.Aws.Ssm;

namespace CsiSecrets.Tests.Aws.Control;

/// <summary>What tests put into the endpoint behind IAM's back.</summary>
internal sealed class Seeding(EndpointState state)
{
    public const string DefaultRegion = "us-east-1";

    public AccessKey User(string name, string? accessKeyId = null, string? secret = null, params PolicyDocument[] policies)
    {
        var arn = $"arn:aws:iam::{state.Account}:user/{name}";
        var key = new AccessKey
        {
            Id = accessKeyId ?? "AKIA" + Guid.NewGuid().ToString("N")[..16].ToUpperInvariant(),
            Secret = secret ?? Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(30)),
            Owner = new Principal
            {
                Arn = arn,
                UserId = "AIDA" + name.ToUpperInvariant(),
                Account = state.Account,
                Policies = [.. policies.DefaultIfEmpty(PolicyDocument.AllowAll)],
            },
        };
        state.Credentials.RemoveOf(arn);
        state.Credentials.Put(key);
        return key;
    }

    /// <summary>A role by name or ARN; putting it again replaces trust and policies, also for sessions that run.</summary>
    public Role Role(string name, PolicyDocument trust, params PolicyDocument[] policies)
    {
        var arn = name.StartsWith("arn:", StringComparison.Ordinal) ? name : $"arn:aws:iam::{state.Account}:role/{name}";
        var role = new Role { Arn = arn, Trust = trust, Policies = [.. policies.DefaultIfEmpty(PolicyDocument.AllowAll)] };
        state.Roles.Put(role);
        return role;
    }

    public void Oidc(OidcProvider provider) => state.Roles.Put(provider);

    /// <summary>Creates the secret, or gives it a new current version: a rotation, as far as a reader can tell.</summary>
    /// <returns>ARN and version id.</returns>
    public (string Arn, string VersionId) Secret(
        string name, string? text, byte[]? binary = null, string region = DefaultRegion, ImmutableSortedDictionary<string, string>? tags = null, string? kmsKeyId = null, string? description = null)
    {
        lock (state.Secrets.Gate)
        {
            var secret = state.Secrets.Find(region, name) ?? state.Secrets.Add(name, region, new SecretContent());
            secret.Content.Tags = tags ?? secret.Content.Tags;
            secret.Content.Description = description ?? secret.Content.Description;
            secret.KmsKeyId = kmsKeyId ?? secret.KmsKeyId;
            var version = state.Writing.Add(secret, Guid.NewGuid().ToString(), text, binary, [SecretVersion.Current]);
            return (secret.Arn, version.Id);
        }
    }

    /// <summary>Creates the parameter or adds a version.</summary>
    public long Parameter(string name, string value, string type = "String", string region = DefaultRegion, string? label = null)
    {
        lock (state.Parameters.Gate)
        {
            var parameter = state.Parameters.Find(region, name) ?? state.Parameters.Add(region, name);
            var number = parameter.Versions.Count == 0 ? 1 : parameter.Latest.Number + 1;
            var version = new ParameterVersion(number, type, value, state.Time.GetUtcNow()) { KeyId = type == "SecureString" ? "alias/aws/ssm" : null };
            parameter.Versions.Add(version);
            if (label is not null)
            {
                version.Labels.Add(label);
            }

            return number;
        }
    }

    public void ListLag(TimeSpan lag)
    {
        lock (state.Secrets.Gate)
        {
            state.Secrets.ListLag = lag;
        }
    }

    public void DisableKey(string kmsKeyId)
    {
        lock (state.Secrets.Gate)
        {
            state.Secrets.DisabledKeys.Add(kmsKeyId);
        }
    }
}
