using CsiSecrets.AwsApi;
using CsiSecrets.Model;
using CsiSecrets.Providers;
using CsiSecrets.Providers.Aws;
using CsiSecrets.Tests.Aws.Iam;

namespace CsiSecrets.Tests.Providers.Aws;

public class AwsAuthTests
{
    private const string OneSecret = "[{objectName: a, objectType: secretsmanager}]";

    private static Dictionary<string, SecretBytes> Keys(string id, string secret) => new()
    {
        ["aws_access_key_id"] = SecretBytes.FromText(id + "\n"),
        ["AWS_SECRET_ACCESS_KEY"] = SecretBytes.FromText(secret),
    };

    [Fact]
    public async Task Open_EachPartOfIdentity_ChangesTheKey()
    {
        await using AwsWorld world = await AwsWorld.StartAsync();
        world.Account("shop", "web");
        world.Account("shop", "api");
        world.Account("bank", "web");
        const string Role = "arn:aws:iam::111122223333:role/r";
        const string Other = "arn:aws:iam::111122223333:role/o";
        Dictionary<string, SecretBytes> one = Keys("AKIA1", "s1");
        var cases = new Dictionary<string, (AccessRequest Request, (string, string)[] Parameters)>
        {
            ["plain"] = (world.Pod("shop", "web"), []),
            ["service account"] = (world.Pod("shop", "api"), []),
            ["namespace"] = (world.Pod("bank", "web"), []),
            ["region"] = (world.Pod("shop", "web"), [("region", "eu-west-1")]),
            ["failover region"] = (world.Pod("shop", "web"), [("failoverRegion", "eu-west-1")]),
            ["role"] = (world.Pod("shop", "web"), [("role", Role)]),
            ["chain"] = (world.Pod("shop", "web"), [("role", Role), ("additionalRoles", Other)]),
            ["chain order"] = (world.Pod("shop", "web"), [("role", Other), ("additionalRoles", Role)]),
            ["external id"] = (world.Pod("shop", "web"), [("role", Role), ("externalID", "x")]),
            ["tag key"] = (world.Pod("shop", "web"), [("role", Role), ("sessionTags", "{a: b}")]),
            ["tag value"] = (world.Pod("shop", "web"), [("role", Role), ("sessionTags", "{a: c}")]),
            ["transitive"] = (world.Pod("shop", "web"), [("role", Role), ("sessionTags", "{a: b}"), ("transitiveTagKeys", "a")]),
            ["static keys"] = (world.Pod("shop", "web", secrets: one), []),
            ["other secret key"] = (world.Pod("shop", "web", secrets: Keys("AKIA1", "s2")), []),
            ["other key id"] = (world.Pod("shop", "web", secrets: Keys("AKIA2", "s1")), []),
            ["static keys of another"] = (world.Pod("shop", "api", secrets: one), []),
            ["pod identity"] = (world.Pod("shop", "web"), [("usePodIdentity", "true")]),
            ["pod identity of another pod"] = (world.Pod("shop", "web", "pod2"), [("usePodIdentity", "true")]),
        };
        var keys = new Dictionary<string, string>();
        foreach ((string name, (AccessRequest request, (string, string)[] parameters)) in cases)
        {
            keys[name] = (await world.OpenAsync(request, world.Provider.ReadClass(AwsWorld.Class(OneSecret, parameters)))).Key;
        }

        Assert.Empty(keys.GroupBy(k => k.Value).Where(g => g.Count() > 1).Select(g => string.Join(" = ", g.Select(k => k.Key))));
        AwsAccess again = await world.OpenAsync(world.Pod("shop", "web", "pod9"), world.Provider.ReadClass(AwsWorld.Class("[]")));
        Assert.Equal(keys["plain"], again.Key);
        world.Server.Seed.Role("new", PolicyDocument.AllowAll);
        world.Accounts[("shop", "web")] = new ServiceAccountFacts(
            "sa-uid-web", new Dictionary<string, string> { ["eks.amazonaws.com/role-arn"] = "arn:aws:iam::111122223333:role/new" });
        AwsAccess annotated = await world.OpenAsync(world.Pod("shop", "web"), world.Provider.ReadClass(AwsWorld.Class("[]")));
        Assert.DoesNotContain(annotated.Key, keys.Values);
    }

    [Fact]
    public async Task Open_OtherEndpoint_ChangesTheKey()
    {
        await using AwsWorld one = await AwsWorld.StartAsync();
        await using AwsWorld two = await AwsWorld.StartAsync(e => e with { Endpoints = new Dictionary<string, Uri>(e.Endpoints) { ["ssm"] = new("http://127.0.0.9/") } });
        one.Account("shop", "web");
        two.Account("shop", "web");
        ClassPlan plan = one.Provider.ReadClass(AwsWorld.Class("[]"));
        Assert.NotEqual((await one.OpenAsync(one.Pod("shop", "web"), plan)).Key, (await two.OpenAsync(two.Pod("shop", "web"), plan)).Key);
    }

    [Fact]
    public async Task Open_NoToken_SaysWhatToConfigure()
    {
        await using AwsWorld world = await AwsWorld.StartAsync();
        world.Account("shop", "web");
        world.NodeVariables["AWS_ACCESS_KEY_ID"] = "AKIANODE";
        world.NodeVariables["AWS_SECRET_ACCESS_KEY"] = "node";
        foreach (string podIdentity in (string[])["false", "true"])
        {
            ClassPlan plan = world.Provider.ReadClass(AwsWorld.Class(OneSecret, ("usePodIdentity", podIdentity)));
            SecretsException why = await Assert.ThrowsAsync<SecretsException>(() => world.OpenAsync(world.Pod("shop", "web", tokens: false), plan));
            Assert.Equal(FailureReason.TokenMissing, why.Reason);
            Assert.Contains("ensure tokenRequests is configured in CSIDriver spec", why.Message, StringComparison.Ordinal);
        }

        Assert.Equal(0, world.Server.Calls.Count());
    }

    [Fact]
    public async Task Open_NoRoleOrForeignAccount_IsRefused()
    {
        await using AwsWorld world = await AwsWorld.StartAsync();
        ClassPlan plan = world.Provider.ReadClass(AwsWorld.Class(OneSecret));
        world.Accounts[("shop", "web")] = new ServiceAccountFacts("sa-uid-web", new Dictionary<string, string>());
        SecretsException why = await Assert.ThrowsAsync<SecretsException>(() => world.OpenAsync(world.Pod("shop", "web"), plan));
        Assert.Equal(FailureReason.RoleMissing, why.Reason);
        Assert.Contains("An IAM role must be associated with service account web (namespace: shop)", why.Message, StringComparison.Ordinal);
        world.Accounts[("shop", "web")] = new ServiceAccountFacts("another", new Dictionary<string, string> { ["eks.amazonaws.com/role-arn"] = "r" });
        Assert.Equal(
            FailureReason.ServiceAccountNotFound, (await Assert.ThrowsAsync<SecretsException>(() => world.OpenAsync(world.Pod("shop", "web"), plan))).Reason);
    }

    [Fact]
    public async Task Open_NodeCredentials_NeedOptionAndNamespace()
    {
        var options = new AwsProviderOptions { HashKey = new byte[32], AllowNodeCredentials = true, NodeCredentialNamespaces = new HashSet<string> { "infra" } };
        await using AwsWorld world = await AwsWorld.StartAsync(options: options);
        AccessKey key = world.Server.Seed.User("node");
        world.NodeVariables["AWS_ACCESS_KEY_ID"] = key.Id;
        world.NodeVariables["AWS_SECRET_ACCESS_KEY"] = key.Secret;
        world.Server.Seed.Secret("a", "1");
        ClassPlan plan = world.Provider.ReadClass(AwsWorld.Class(OneSecret, ("useNodeCredentials", "true")));
        Assert.Equal("1", (await world.FetchAsync(plan, world.Pod("infra", "web", tokens: false)))[0].Text());
        SecretsException why = await Assert.ThrowsAsync<SecretsException>(() => world.OpenAsync(world.Pod("shop", "web"), plan));
        Assert.Equal(FailureReason.NodeCredentialsRefused, why.Reason);
        await using AwsWorld strict = await AwsWorld.StartAsync();
        await Assert.ThrowsAsync<SecretsException>(() => strict.OpenAsync(strict.Pod("infra", "web"), plan));
    }

    [Fact]
    public async Task Fetch_StaticKeys_WorkAndDoNotOutliveTheRequest()
    {
        await using AwsWorld world = await AwsWorld.StartAsync();
        AccessKey key = world.Server.Seed.User("static");
        world.Server.Seed.Secret("a", "1");
        ClassPlan plan = world.Provider.ReadClass(AwsWorld.Class(OneSecret));
        AccessRequest request = world.Pod("shop", "web", secrets: Keys(key.Id, key.Secret), tokens: false);
        Assert.Equal("1", (await world.FetchAsync(plan, request))[0].Text());
        Assert.Equal(0, world.Clients.Credentials.Count);
    }

    [Fact]
    public async Task Fetch_RoleChain_AssumesInOrderWithTagsForTheLast()
    {
        await using AwsWorld world = await AwsWorld.StartAsync();
        Role own = world.Account("shop", "web");
        Role middle = world.Server.Seed.Role("middle", PolicyDocument.TrustPrincipal(own.Arn));
        Role last = world.Server.Seed.Role("last", PolicyDocument.TrustPrincipal(middle.Arn, "ext"));
        world.Server.Seed.Secret("a", "1");
        ClassPlan plan = world.Provider.ReadClass(AwsWorld.Class(
            OneSecret, ("role", last.Arn), ("additionalRoles", $"[{middle.Arn}]"), ("externalID", "ext"), ("sessionTags", "[{key: team, value: blue}]"), ("transitiveTagKeys", "[team]")));
        Assert.Equal("1", (await world.FetchAsync(plan, world.Pod("shop", "web")))[0].Text());
        Assert.Equal(
            [("AssumeRoleWithWebIdentity", own.Arn), ("AssumeRole", middle.Arn), ("AssumeRole", last.Arn)],
            world.Server.Calls.All.Where(c => c.Service == "sts").Select(c => (c.Operation, c.Objects[0])));
        Assert.Contains("assumed-role/last/shop@web", world.Server.Calls.All[^1].Principal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_PodIdentity_FallsBackToTheOtherAddress()
    {
        await using AwsWorld world = await AwsWorld.StartAsync(e => e with { AgentIPv4 = new Uri("http://127.0.0.1:9/v1/credentials") });
        Role role = world.Server.Seed.Role("pi", PolicyDocument.Parse(
            """{"Statement":[{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession"]}]}"""));
        world.Server.State.PodIdentity.Associate("shop", "web", role.Arn);
        world.Server.Seed.Secret("a", "1");
        ClassPlan plan = world.Provider.ReadClass(AwsWorld.Class(OneSecret, ("usePodIdentity", "True")));
        Assert.Equal("1", (await world.FetchAsync(plan, world.Pod("shop", "web")))[0].Text());
        Assert.Equal("1", (await world.FetchAsync(plan, world.Pod("shop", "web")))[0].Text());
        Assert.Equal(1, world.Calls("GetCredentials"));
        await world.FetchAsync(plan, world.Pod("shop", "web", "pod2"));
        Assert.Equal(2, world.Calls("GetCredentials"));
        ClassPlan only4 = world.Provider.ReadClass(AwsWorld.Class(OneSecret, ("usePodIdentity", "true"), ("preferredAddressType", "IPv4")));
        Assert.Equal(FailureReason.ProviderUnavailable, (await world.FetchAsync(only4, world.Pod("shop", "web", "pod3")))[0].Why().Reason);
    }

    [Fact]
    public async Task Fetch_Expiry_RenewsBeforeAndKeepsOldOnesWhenThatFails()
    {
        await using AwsWorld world = await AwsWorld.StartAsync();
        world.Account("shop", "web");
        world.Server.Seed.Secret("a", "1");
        ClassPlan plan = world.Provider.ReadClass(AwsWorld.Class(OneSecret));
        await world.FetchAsync(plan, world.Pod("shop", "web"));
        world.Time.Advance(TimeSpan.FromMinutes(45));
        await world.FetchAsync(plan, world.Pod("shop", "web"));
        Assert.Equal(1, world.Calls("AssumeRoleWithWebIdentity"));
        world.Time.Advance(TimeSpan.FromMinutes(11));
        world.Server.Faults.Add(new() { Kind = Tests.Aws.Faults.FaultKind.Fail, Operation = "AssumeRoleWithWebIdentity" });
        Assert.Equal("1", (await world.FetchAsync(plan, world.Pod("shop", "web")))[0].Text());
        world.Server.Faults.Clear();
        world.Time.Advance(TimeSpan.FromMinutes(1));
        int before = world.Calls("AssumeRoleWithWebIdentity");
        await world.FetchAsync(plan, world.Pod("shop", "web"));
        Assert.Equal(before + 1, world.Calls("AssumeRoleWithWebIdentity"));
    }

    [Fact]
    public async Task Fetch_WrongClock_IsCorrectedFromTheServers()
    {
        await using AwsWorld world = await AwsWorld.StartAsync();
        AccessKey key = world.Server.Seed.User("static");
        world.Server.Seed.Secret("a", "1");
        var late = new Tests.AwsApi.ImpatientTime();
        late.Advance(TimeSpan.FromHours(-2));
        using var clients = new AwsClients(world.Clients.Environment, _ => null, late);
        using var keys = new AwsKeys(key.Id, SecretBytes.FromText(key.Secret), null, DateTimeOffset.MaxValue);
        using var value = await clients.SecretsManager.GetSecretValueAsync(new("a", null, null), "us-east-1", keys, AwsWorld.Stop);
        Assert.Equal("1"u8, value.Content!.Span);
    }

    [Fact]
    public async Task Open_Region_ComesFromClassThenEnvironmentThenNode()
    {
        await using AwsWorld world = await AwsWorld.StartAsync();
        world.Account("shop", "web");
        ClassPlan plan = world.Provider.ReadClass(new ClassParameters("shop/db", new Dictionary<string, string> { ["objects"] = OneSecret, ["failoverRegion"] = "eu-west-1" }));
        SecretsException why = await Assert.ThrowsAsync<SecretsException>(() => world.OpenAsync(world.Pod("shop", "web"), plan));
        Assert.Equal(FailureReason.RegionMissing, why.Reason);
        world.NodeRegion = "eu-north-1";
        Assert.Equal("eu-north-1", (await world.OpenAsync(world.Pod("shop", "web"), plan)).Primary.Region);
        world.NodeRegion = "eu-west-1";
        why = await Assert.ThrowsAsync<SecretsException>(() => world.OpenAsync(world.Pod("shop", "web"), plan));
        Assert.Contains("eu-west-1: failover region cannot be the same as the primary region", why.Message, StringComparison.Ordinal);
    }
}
