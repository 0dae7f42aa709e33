using System.Text;
using CsiSecrets.AwsApi.SecurityToken;
using CsiSecrets.Model;

namespace CsiSecrets.AwsApi.Credentials;

/// <summary>
/// The process's own credentials, in the SDK's order: keys in the environment, a web identity token file, a container endpoint, the
/// instance's profile. Variables and files are read at each use: they rotate.
/// </summary>
internal sealed class NodeCredentialSource(
    Func<string, string?> variable, AmazonSecurityTokenServiceClient sts, CredentialEndpoint endpoint)
{
    public async Task<AwsKeys> GetAsync(string region, CancellationToken cancellationToken)
    {
        if (variable("AWS_ACCESS_KEY_ID") is { Length: > 0 } id && variable("AWS_SECRET_ACCESS_KEY") is { Length: > 0 } secret)
        {
            string? token = variable("AWS_SESSION_TOKEN");
            return new AwsKeys(
                id, SecretBytes.FromText(secret), string.IsNullOrEmpty(token) ? null : SecretBytes.FromText(token), DateTimeOffset.MaxValue);
        }

        if (variable("AWS_WEB_IDENTITY_TOKEN_FILE") is { Length: > 0 } file && variable("AWS_ROLE_ARN") is { Length: > 0 } role)
        {
            using SecretBytes token = SecretBytes.FromText(await ReadFileAsync(file, cancellationToken));
            string name = variable("AWS_ROLE_SESSION_NAME") is { Length: > 0 } given ? given : "csi-secrets";
            return await sts.AssumeRoleWithWebIdentityAsync(role, name, token, region, cancellationToken);
        }

        if (variable("AWS_CONTAINER_CREDENTIALS_FULL_URI") is { Length: > 0 } uri)
        {
            string? token = variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") is { Length: > 0 } tokenFile
                ? await ReadFileAsync(tokenFile, cancellationToken)
                : variable("AWS_CONTAINER_AUTHORIZATION_TOKEN");
            return await endpoint.GetKeysAsync(new Uri(uri), "Authorization", token, cancellationToken);
        }

        return await FromInstanceAsync(cancellationToken);
    }

    private static async Task<string> ReadFileAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return (await File.ReadAllTextAsync(path, cancellationToken)).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AwsException(FailureReason.Unauthenticated, "node credentials", "TokenFile", $"{path} cannot be read", null, e);
        }
    }

    private async Task<AwsKeys> FromInstanceAsync(CancellationToken cancellationToken)
    {
        if (variable("AWS_EC2_METADATA_DISABLED") is { } off && off.Equals("true", StringComparison.OrdinalIgnoreCase))
        {
            throw new AwsException(FailureReason.Unauthenticated, "node credentials", "NoCredentials", "the process has no AWS credentials", null);
        }

        var root = new Uri(variable("AWS_EC2_METADATA_SERVICE_ENDPOINT") is { Length: > 0 } own ? own : "http://169.254.169.254");
        const string Profiles = "/latest/meta-data/iam/security-credentials/";
        string session;
        using (ClearedBody body = await endpoint.SendAsync(
            HttpMethod.Put, new Uri(root, "/latest/api/token"), "X-aws-ec2-metadata-token-ttl-seconds", "300", cancellationToken))
        {
            session = Encoding.UTF8.GetString(body.Span);
        }

        const string Header = "X-aws-ec2-metadata-token";
        string profile;
        using (ClearedBody body = await endpoint.SendAsync(HttpMethod.Get, new Uri(root, Profiles), Header, session, cancellationToken))
        {
            profile = Encoding.UTF8.GetString(body.Span).Split('\n')[0].Trim();
        }

        return await endpoint.GetKeysAsync(new Uri(root, Profiles + Uri.EscapeDataString(profile)), Header, session, cancellationToken);
    }
}
