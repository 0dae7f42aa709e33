using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Xml;
using CsiSecrets.Model;

namespace CsiSecrets.AwsApi.SecurityToken;

/// <summary>A role to assume.</summary>
/// <param name="RoleArn">The role.</param>
/// <param name="ExternalId">What the role's trust policy asks for.</param>
/// <param name="Tags">Session tags.</param>
/// <param name="TransitiveTagKeys">Tags that further roles inherit; sent only where there are tags.</param>
internal sealed record RoleStep(
    string RoleArn, string? ExternalId, IReadOnlyList<KeyValuePair<string, string>> Tags, IReadOnlyList<string> TransitiveTagKeys);

/// <summary>STS: a token or credentials to a role's credentials, under the SDK's names. Regional endpoints only.</summary>
internal sealed class AmazonSecurityTokenServiceClient(AwsCaller caller)
{
    public Task<AwsKeys> AssumeRoleWithWebIdentityAsync(
        string roleArn, string sessionName, SecretBytes token, string region, CancellationToken cancellationToken) =>
        SendAsync(
            "AssumeRoleWithWebIdentity", [new("RoleArn", roleArn), new("RoleSessionName", sessionName)], token, region, null, cancellationToken);

    public Task<AwsKeys> AssumeRoleAsync(RoleStep role, string sessionName, string region, AwsKeys keys, CancellationToken cancellationToken)
    {
        var fields = new List<KeyValuePair<string, string>> { new("RoleArn", role.RoleArn), new("RoleSessionName", sessionName) };
        if (role.ExternalId is not null)
        {
            fields.Add(new("ExternalId", role.ExternalId));
        }

        for (int i = 0; i < role.Tags.Count; i++)
        {
            fields.Add(new($"Tags.member.{i + 1}.Key", role.Tags[i].Key));
            fields.Add(new($"Tags.member.{i + 1}.Value", role.Tags[i].Value));
        }

        for (int i = 0; role.Tags.Count > 0 && i < role.TransitiveTagKeys.Count; i++)
        {
            fields.Add(new($"TransitiveTagKeys.member.{i + 1}", role.TransitiveTagKeys[i]));
        }

        return SendAsync("AssumeRole", fields, null, region, keys, cancellationToken);
    }

    private async Task<AwsKeys> SendAsync(
        string operation,
        IReadOnlyList<KeyValuePair<string, string>> fields,
        SecretBytes? token,
        string region,
        AwsKeys? keys,
        CancellationToken cancellationToken)
    {
        byte[] body = FormOf(operation, fields, token);
        try
        {
            var call = new AwsCall { Service = AwsService.Sts, Region = region, Operation = operation, Body = body };
            return await caller.SendAsync(call, keys, answer => Read(operation, answer), cancellationToken);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(body);
        }
    }

    private static byte[] FormOf(string operation, IReadOnlyList<KeyValuePair<string, string>> fields, SecretBytes? token)
    {
        var text = new StringBuilder("Action=").Append(operation).Append("&Version=2011-06-15");
        foreach ((string name, string value) in fields)
        {
            text.Append('&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        }

        byte[] head = Encoding.UTF8.GetBytes(text.Append(token is null ? "" : "&WebIdentityToken=").ToString());
        if (token is null)
        {
            return head;
        }

        // A JWT is made of characters that a form leaves as they are; whatever else it is, is escaped byte by byte.
        var body = new byte[head.Length + (token.Length * 3)];
        head.CopyTo(body, 0);
        int length = head.Length;
        foreach (byte b in token.Span)
        {
            if (char.IsAsciiLetterOrDigit((char)b) || b is (byte)'-' or (byte)'.' or (byte)'_' or (byte)'~')
            {
                body[length++] = b;
            }
            else
            {
                body[length++] = (byte)'%';
                body[length++] = (byte)"0123456789ABCDEF"[b >> 4];
                body[length++] = (byte)"0123456789ABCDEF"[b & 15];
            }
        }

        byte[] form = body[..length];
        CryptographicOperations.ZeroMemory(body);
        return form;
    }

    private static AwsKeys Read(string operation, ClearedBody answer)
    {
        try
        {
            byte[] copy = answer.Span.ToArray();
            using var text = new MemoryStream(copy);
            using var reader = XmlReader.Create(text, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            (string? id, string? secret, string? token, string? expires) = (null, null, null, null);
            while (reader.Read())
            {
                if (reader.NodeType != XmlNodeType.Element)
                {
                    continue;
                }

                string name = reader.LocalName;
                if (name is ("AccessKeyId" or "SecretAccessKey" or "SessionToken" or "Expiration") && reader.Read())
                {
                    (id, secret, token, expires) = name switch
                    {
                        "AccessKeyId" => (reader.Value, secret, token, expires),
                        "SecretAccessKey" => (id, reader.Value, token, expires),
                        "SessionToken" => (id, secret, reader.Value, expires),
                        _ => (id, secret, token, reader.Value),
                    };
                }
            }

            CryptographicOperations.ZeroMemory(copy);
            if (id is not null && secret is not null && token is not null
                && DateTimeOffset.TryParse(expires, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset until))
            {
                return new AwsKeys(id, SecretBytes.FromText(secret), SecretBytes.FromText(token), until);
            }
        }
        catch (XmlException)
        {
        }

        throw new AwsException(
            FailureReason.ProviderUnavailable, operation, "BadAnswer", "the answer is not the XML that AWS documents; is it a proxy's?", null);
    }
}
