using CsiSecrets.Tests.Aws.Faults;
using CsiSecrets.Tests.Aws.Hosting;
using CsiSecrets.Tests.Aws.Iam;
using CsiSecrets.Tests.Aws.Oidc;

namespace CsiSecrets.Bench.Rig;

/// <summary>The tests' AWS endpoint over TLS, in this process, trusting the API server's tokens.</summary>
internal sealed class AwsStage : IAsyncDisposable
{
    public const string Region = "us-east-1";
    public const string Audience = "sts.amazonaws.com";

    private readonly Dictionary<string, string> roles = [];

    private AwsStage(AwsServer server, string authorityFile) => (Server, AuthorityFile) = (server, authorityFile);

    public AwsServer Server { get; }

    /// <summary>What <c>AWS_CA_BUNDLE</c> is to name.</summary>
    public string AuthorityFile { get; }

    public static async Task<AwsStage> StartAsync(string tokenKey, CancellationToken cancellationToken)
    {
        AwsServer server = await AwsServer.StartAsync(new AwsServerOptions { Listen = ["https://127.0.0.1:0"] }, cancellationToken);
        server.Seed.Oidc(OidcProvider.FromPem(ControlPlane.Issuer, tokenKey, Audience));
        string file = Path.Combine(Sandbox.Folder, "aws-ca.pem");
        await File.WriteAllTextAsync(file, server.CertificatePem, cancellationToken);
        return new AwsStage(server, file);
    }

    /// <summary>The role of one ServiceAccount of the bench's namespace, which comes to be when it is first asked for.</summary>
    public string RoleOf(string account)
    {
        if (!roles.TryGetValue(account, out string? arn))
        {
            Role role = Server.Seed.Role(account, PolicyDocument.TrustWebIdentity(ControlPlane.Issuer, $"system:serviceaccount:{Town.Namespace}:{account}"));
            roles[account] = arn = role.Arn;
        }

        return arn;
    }

    /// <summary>From now on every answer comes later by this much.</summary>
    public void Delay(TimeSpan delay)
    {
        Server.Faults.Clear();
        if (delay > TimeSpan.Zero)
        {
            Server.Faults.Add(new Fault { Kind = FaultKind.Delay, Delay = delay });
        }
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
