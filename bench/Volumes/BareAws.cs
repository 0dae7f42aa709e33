using CsiSecrets.AwsApi;
using CsiSecrets.AwsApi.SecretsManager;
using CsiSecrets.AwsApi.SecurityToken;
using CsiSecrets.Bench.Rig;
using CsiSecrets.Model;
using CsiSecrets.Tests.Aws.Iam;

namespace CsiSecrets.Bench.Volumes;

/// <summary>A signed read of one secret by the driver's own client, with keys at hand: one request, one answer.</summary>
internal sealed class BareAws : IDisposable
{
    private const string Secret = "floor";

    private readonly AwsClients clients;
    private readonly AmazonSecurityTokenServiceClient sts;
    private readonly AwsKeys keys;

    public BareAws(AwsStage aws)
    {
        AccessKey user = aws.Server.Seed.User("floor");
        aws.Server.Seed.Secret(Secret, new string('x', 40), region: AwsStage.Region);
        var environment = new AwsEnvironment { Endpoints = new Dictionary<string, Uri> { [""] = aws.Server.Url }, CaBundle = aws.AuthorityFile };
        clients = new AwsClients(environment, _ => null, TimeProvider.System);
        sts = new AmazonSecurityTokenServiceClient(clients.Caller);
        keys = new AwsKeys(user.Id, SecretBytes.FromText(user.Secret), null, DateTimeOffset.MaxValue);
    }

    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        SecretValueEntry found = await clients.SecretsManager.GetSecretValueAsync(
            new GetSecretValueRequest(Secret, null, null), AwsStage.Region, keys, cancellationToken);
        found.Content?.Dispose();
    }

    /// <summary>What a pod's token is changed for before its first read.</summary>
    public async Task AssumeAsync(BenchPod pod, string roleArn, CancellationToken cancellationToken)
    {
        using SecretBytes token = SecretBytes.FromText(pod.Token(AwsStage.Audience));
        using AwsKeys own = await sts.AssumeRoleWithWebIdentityAsync(roleArn, "floor", token, AwsStage.Region, cancellationToken);
    }

    public void Dispose()
    {
        keys.Dispose();
        clients.Dispose();
    }
}
