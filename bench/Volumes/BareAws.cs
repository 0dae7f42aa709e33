using CsiSecrets.AwsApi;
using CsiSecrets.AwsApi.SecretsManager;
using CsiSecrets.Bench.Rig;
using CsiSecrets.Model;
using CsiSecrets.Tests.Aws.Iam;

namespace CsiSecrets.Bench.Volumes;

/// <summary>A signed read of one secret by the driver's own client, with keys at hand: one request, one answer.</summary>
internal sealed class BareAws : IDisposable
{
    private const string Secret = "floor";

    private readonly AwsClients clients;
    private readonly AwsKeys keys;

    public BareAws(AwsStage aws)
    {
        AccessKey user = aws.Server.Seed.User("floor");
        aws.Server.Seed.Secret(Secret, new string('x', 40), region: AwsStage.Region);
        var environment = new AwsEnvironment { Endpoints = new Dictionary<string, Uri> { [""] = aws.Server.Url }, CaBundle = aws.AuthorityFile };
        clients = new AwsClients(environment, _ => null, TimeProvider.System);
        keys = new AwsKeys(user.Id, SecretBytes.FromText(user.Secret), null, DateTimeOffset.MaxValue);
    }

    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        SecretValueEntry found = await clients.SecretsManager.GetSecretValueAsync(
            new GetSecretValueRequest(Secret, null, null), AwsStage.Region, keys, cancellationToken);
        found.Content?.Dispose();
    }

    public void Dispose()
    {
        keys.Dispose();
        clients.Dispose();
    }
}
