using CsiSecrets.Model;
using CsiSecrets.Providers;
using CsiSecrets.Providers.Aws;
using CsiSecrets.Providers.Stores;
using CsiSecrets.Tests.Aws.Faults;
using CsiSecrets.Tests.Aws.Iam;

namespace CsiSecrets.Tests.Providers.Aws.Stores;

public class AwsStoreFindTests
{
    [Theory]
    [InlineData("db", null, null, "app/db app/db2 other/db", "ListSecrets")]
    [InlineData("^app/db$", null, null, "app/db", "ListSecrets")]
    [InlineData("db", "app/", null, "app/db app/db2", "ListSecrets")]
    [InlineData(null, null, "blue", "app/db other/x", "ListSecrets")]
    [InlineData(null, "app/", "blue", "app/db", "ListSecrets")]
    [InlineData("x$", null, "blue", "other/x", "ListSecrets")]
    [InlineData("db", "app/", "blue", "app/db", "ListSecrets")]
    [InlineData(null, "app/", null, "app/db app/db2", "ListSecrets")]
    public async Task Find_Secrets_EveryCombination(string? name, string? path, string? team, string found, string calls)
    {
        await using StoreWorld world = await StoreWorld.StartAsync();
        (StorePlan plan, AwsAccess access) = world.Own();
        world.Server.Seed.Secret("app/db", "1", tags: StoreWorld.Tags(("team", "blue")));

        // The right key, and on another tag the right value: AWS's two filters both match (D12).
        world.Server.Seed.Secret("app/db2", "2", tags: StoreWorld.Tags(("team", "red"), ("colour", "blue")));
        world.Server.Seed.Secret("other/db", "3");
        world.Server.Seed.Secret("other/x", "4", tags: StoreWorld.Tags(("team", "blue")));
        world.Server.Seed.Secret("other/blueish", "5", tags: StoreWorld.Tags(("team", "blueish")));
        FindCriteria criteria = StoreManifests.Find(name, path, team is null ? [] : [("team", team)]);
        IReadOnlyList<FoundSecret> result = await world.Provider.FindAsync(plan, access, criteria, StoreWorld.Stop);
        Assert.Equal(found.Split(' '), result.Select(f => f.Name));
        Assert.Equal(calls.Split(' '), world.Operations);
        Assert.All(result, f => Assert.Null(f.Content));
    }

    [Theory]
    [InlineData("db", null, null, "/app/db /app/sub/db /apple/db", "GetParametersByPath")]
    [InlineData("db", "/app", null, "/app/db /app/sub/db", "GetParametersByPath")]
    [InlineData(null, "/app", null, "/app/db /app/sub/db /app/x", "GetParametersByPath")]
    [InlineData(null, null, "blue", "/app/db /app/x", "DescribeParameters")]
    [InlineData(null, "/app", "blue", "/app/db /app/x", "DescribeParameters")]
    [InlineData("db", null, "blue", "/app/db", "DescribeParameters")]
    [InlineData("db", "/app", "blue", "/app/db", "DescribeParameters")]
    public async Task Find_Parameters_EveryCombination(string? name, string? path, string? team, string found, string calls)
    {
        await using StoreWorld world = await StoreWorld.StartAsync();
        (StorePlan plan, AwsAccess access) = world.Own("ParameterStore");
        foreach (string parameter in (string[])["/app/db", "/app/sub/db", "/app/x", "/apple/db"])
        {
            world.Server.Seed.Parameter(parameter, "value of " + parameter, "SecureString");
        }

        world.Tag("/app/db", ("team", "blue"));
        world.Tag("/app/x", ("team", "blue"));
        world.Tag("/app/sub/db", ("team", "red"), ("colour", "blue"));
        FindCriteria criteria = StoreManifests.Find(name, path, team is null ? [] : [("team", team)]);
        IReadOnlyList<FoundSecret> result = await world.Provider.FindAsync(plan, access, criteria, StoreWorld.Stop);
        Assert.Equal(found.Split(' '), result.Select(f => f.Name));
        Assert.Equal(calls.Split(' '), world.Operations.Distinct());
        Assert.All(result.Where(f => f.Content is not null), f => Assert.Equal("value of " + f.Name, f.Content!.Content.Text()));
        Assert.Equal(team is null, result.All(f => f.Content is not null));
    }

    [Fact]
    public async Task Find_StoreWithPrefix_FullNamesAreReadAsTheyAre()
    {
        await using StoreWorld world = await StoreWorld.StartAsync();
        (StorePlan plan, AwsAccess access) = world.Own(more: "\"prefix\": \"team/\"");
        world.Server.Seed.Secret("team/db", "1");
        IReadOnlyList<FoundSecret> found = await world.Provider.FindAsync(plan, access, StoreManifests.Find("db"), StoreWorld.Stop);
        FetchResult read = (await world.Provider.FetchAsync(access, [new FetchItem(Assert.Single(found).Request, null)], StoreWorld.Stop))[0];
        Assert.Equal(("team/db", "1"), (found[0].Name, read.Text()));
    }

    [Fact]
    public async Task Find_OneOfTheFoundIsDenied_IsAnErrorAndNotLeftOut()
    {
        await using StoreWorld world = await StoreWorld.StartAsync();
        (StorePlan plan, AwsAccess access) = world.Own(policies: [PolicyDocument.AllowAll, PolicyDocument.Deny("secretsmanager:GetSecretValue", "*secret:s1*")]);
        for (int i = 0; i < 4; i++)
        {
            world.Server.Seed.Secret($"s{i}", "v", tags: StoreWorld.Tags(("a", "b")));
        }

        IReadOnlyList<FoundSecret> found = await world.Provider.FindAsync(plan, access, StoreManifests.Find(tags: ("a", "b")), StoreWorld.Stop);
        Assert.Equal(4, found.Count);
        IReadOnlyList<FetchResult> read = await world.Provider.FetchAsync(access, [.. found.Select(f => new FetchItem(f.Request, null))], StoreWorld.Stop);
        Assert.Equal(FailureReason.AccessDenied, Assert.IsType<FetchResult.Failed>(read[1]).Why.Reason);
        Assert.Equal(3, read.Count(r => r is FetchResult.Value));
    }

    [Fact]
    public async Task FindByName_PathDenied_FallsBackAndRemembers()
    {
        await using StoreWorld world = await StoreWorld.StartAsync();
        (StorePlan plan, AwsAccess access) = world.Own("ParameterStore", policies: PolicyDocument.Allow("ssm:DescribeParameters, ssm:GetParameter"));
        world.Server.Seed.Parameter("/app/db", "1");
        world.Server.Seed.Parameter("/apple/db", "2");
        for (int round = 0; round < 2; round++)
        {
            IReadOnlyList<FoundSecret> found = await world.Provider.FindAsync(plan, access, StoreManifests.Find("db", "/app"), StoreWorld.Stop);
            FetchResult read = (await world.Provider.FetchAsync(access, [new FetchItem(Assert.Single(found).Request, null)], StoreWorld.Stop))[0];
            Assert.Equal(("/app/db", "1"), (found[0].Name, read.Text()));
        }

        Assert.Equal((1, 2, 2), (world.Calls("GetParametersByPath"), world.Calls("DescribeParameters"), world.Calls("GetParameter")));
    }

    [Fact]
    public async Task FindByName_OnlyGetParametersByPathAllowed_IsEnough()
    {
        await using StoreWorld world = await StoreWorld.StartAsync();
        (StorePlan plan, AwsAccess access) = world.Own("ParameterStore", policies: PolicyDocument.Allow("ssm:GetParametersByPath"));
        for (int i = 0; i < 25; i++)
        {
            world.Server.Seed.Parameter($"/app/p{i:00}", $"v{i}");
        }

        IReadOnlyList<FoundSecret> found = await world.Provider.FindAsync(plan, access, StoreManifests.Find("p", "/app"), StoreWorld.Stop);
        Assert.Equal(Enumerable.Range(0, 25).Select(i => $"v{i}"), found.Select(f => f.Content!.Content.Text()));
        Assert.Equal(3, world.Calls("GetParametersByPath"));
    }

    [Fact]
    public async Task Find_Denied_NamesStoreActionAndIdentity()
    {
        await using StoreWorld world = await StoreWorld.StartAsync();
        (StorePlan plan, AwsAccess access) = world.Own(policies: [PolicyDocument.AllowAll, PolicyDocument.Deny("secretsmanager:ListSecrets")]);
        SecretsException why = await Assert.ThrowsAsync<SecretsException>(
            () => world.Provider.FindAsync(plan, access, StoreManifests.Find("x"), StoreWorld.Stop));
        Assert.Equal(FailureReason.AccessDenied, why.Reason);
        Assert.StartsWith("SecretStore shop/store: find: us-east-1: ListSecrets: AccessDeniedException", why.Message, StringComparison.Ordinal);
        Assert.Contains("allow secretsmanager:ListSecrets", why.Message, StringComparison.Ordinal);
        world.Server.Faults.Add(new Fault { Kind = FaultKind.Throttle, Operation = "ListSecrets" });
        why = await Assert.ThrowsAsync<SecretsException>(() => world.Provider.FindAsync(plan, access, StoreManifests.Find("x"), StoreWorld.Stop));
        Assert.Equal(FailureReason.Throttled, why.Reason);
    }

    [Fact]
    public async Task Find_NothingGiven_IsThePeersError()
    {
        await using StoreWorld world = await StoreWorld.StartAsync();
        (StorePlan plan, AwsAccess access) = world.Own();
        SecretsException why = await Assert.ThrowsAsync<SecretsException>(
            () => world.Provider.FindAsync(plan, access, StoreManifests.Find(), StoreWorld.Stop));
        Assert.Contains("unexpected find operator", why.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FindByTag_ValueThatBeginsWithAnExclamationMark_IsNoNegation()
    {
        await using StoreWorld world = await StoreWorld.StartAsync();
        (StorePlan plan, AwsAccess access) = world.Own();
        world.Server.Seed.Secret("a", "1", tags: StoreWorld.Tags(("k", "!v")));
        world.Server.Seed.Secret("b", "2", tags: StoreWorld.Tags(("k", "v")));
        IReadOnlyList<FoundSecret> found = await world.Provider.FindAsync(plan, access, StoreManifests.Find(tags: ("k", "!v")), StoreWorld.Stop);
        Assert.Equal("a", Assert.Single(found).Name);
    }
}
