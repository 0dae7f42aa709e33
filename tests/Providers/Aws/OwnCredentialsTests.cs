using CsiSecrets.Model;
using CsiSecrets.Providers;
using CsiSecrets.Providers.Aws;
using CsiSecrets.Tests.Aws.Iam;

namespace CsiSecrets.Tests.Providers.Aws;

/// <summary>On a person's own machine every class reads as that person; nothing but the composition root can say that it is one.</summary>
public sealed class OwnCredentialsTests
{
    private const string OneSecret = "[{objectName: a, objectType: secretsmanager}]";

    [Theory]
    [InlineData(null, null)]
    [InlineData("usePodIdentity", "true")]
    [InlineData("useNodeCredentials", "true")]
    public async Task EveryAuthMode_ReadsWithTheCallersCredentials(string? parameter, string? value)
    {
        await using AwsWorld world = await AwsWorld.StartAsync(options: new AwsProviderOptions { HashKey = new byte[32], OwnCredentials = true });
        AccessKey key = world.Server.Seed.User("me");
        world.NodeVariables["AWS_ACCESS_KEY_ID"] = key.Id;
        world.NodeVariables["AWS_SECRET_ACCESS_KEY"] = key.Secret;
        world.Server.Seed.Secret("a", "1");
        ClassPlan plan = world.Provider.ReadClass(AwsWorld.Class(OneSecret, parameter is null ? [] : [(parameter, value!)]));

        Assert.Equal("1", (await world.FetchAsync(plan, world.Pod("any", "web", tokens: false)))[0].Text());
    }

    [Fact]
    public async Task StaticKeysOfThePod_StillCount()
    {
        await using AwsWorld world = await AwsWorld.StartAsync(options: new AwsProviderOptions { HashKey = new byte[32], OwnCredentials = true });
        AccessKey key = world.Server.Seed.User("pod");
        world.Server.Seed.Secret("a", "1");
        var keys = new Dictionary<string, SecretBytes>
        {
            ["access_key_id"] = SecretBytes.FromText(key.Id),
            ["secret_access_key"] = SecretBytes.FromText(key.Secret),
        };
        ClassPlan plan = world.Provider.ReadClass(AwsWorld.Class(OneSecret));

        Assert.Equal("1", (await world.FetchAsync(plan, world.Pod("any", "web", secrets: keys, tokens: false)))[0].Text());
    }
}
