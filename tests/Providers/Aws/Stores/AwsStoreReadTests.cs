using CsiSecrets.Model;
using CsiSecrets.Providers;
using CsiSecrets.Providers.Aws;
using CsiSecrets.Providers.Stores;
using CsiSecrets.Tests.Aws.Faults;
using CsiSecrets.Tests.Aws.Iam;

namespace CsiSecrets.Tests.Providers.Aws.Stores;

public class AwsStoreReadTests
{
    [Fact]
    public async Task Fetch_FiftySecrets_ThreeBatches()
    {
        await using StoreWorld world = await StoreWorld.StartAsync();
        (StorePlan plan, AwsAccess access) = world.Own();
        RemoteSecret[] all = [.. Enumerable.Range(0, 50).Select(i => new RemoteSecret($"s{i}", "", false))];
        foreach (RemoteSecret one in all)
        {
            world.Server.Seed.Secret(one.Key, "value of " + one.Key);
        }

        IReadOnlyList<FetchResult> results = await world.Provider.ReadAsync(plan, access, all);
        Assert.Equal(all.Select(r => "value of " + r.Key), results.Select(r => r.Text()));
        Assert.Equal(Enumerable.Repeat("BatchGetSecretValue", 3), world.Operations);
        world.Server.Calls.Reset();
        FetchItem[] known = [.. all.Select((r, i) => new FetchItem(world.Provider.Plan(plan, r), results[i].Version()))];
        Assert.All(await world.Provider.FetchAsync(access, known, StoreWorld.Stop), r => Assert.IsType<FetchResult.Unchanged>(r));
        Assert.Equal(Enumerable.Repeat("BatchGetSecretValue", 3), world.Operations);
    }

    [Fact]
    public async Task Fetch_PolicyOfThePeer_BatchDeniedIsRememberedAndSinglesRead()
    {
        await using StoreWorld world = await StoreWorld.StartAsync();
        (StorePlan plan, AwsAccess access) = world.Own(policies: PolicyDocument.Allow("secretsmanager:GetSecretValue"));
        RemoteSecret[] all = [.. Enumerable.Range(0, 3).Select(i => new RemoteSecret($"s{i}", "", false))];
        Array.ForEach(all, r => world.Server.Seed.Secret(r.Key, "v"));
        for (int round = 0; round < 2; round++)
        {
            Assert.All(await world.Provider.ReadAsync(plan, access, all), r => Assert.Equal("v", r.Text()));
        }

        Assert.Equal((1, 6), (world.Calls("BatchGetSecretValue"), world.Calls("GetSecretValue")));
    }

    [Fact]
    public async Task Fetch_PolicyOfThePeerForParameters_GetParameterAlone()
    {
        await using StoreWorld world = await StoreWorld.StartAsync();
        (StorePlan plan, AwsAccess access) = world.Own("ParameterStore", policies: PolicyDocument.Allow("ssm:GetParameter"));
        RemoteSecret[] all = [.. Enumerable.Range(0, 3).Select(i => new RemoteSecret($"/p{i}", "", false)), new RemoteSecret("/absent", "", false)];
        foreach (RemoteSecret one in all[..3])
        {
            world.Server.Seed.Parameter(one.Key, "v", "SecureString");
        }

        for (int round = 0; round < 2; round++)
        {
            IReadOnlyList<FetchResult> results = await world.Provider.ReadAsync(plan, access, all);
            Assert.All(results.Take(3), r => Assert.Equal("v", r.Text()));
            Assert.Equal(FailureReason.SecretNotFound, Assert.IsType<FetchResult.Missing>(results[3]).Why.Reason);
        }

        Assert.Equal((2, 8), (world.Calls("GetParameters"), world.Calls("GetParameter")));
    }

    [Fact]
    public async Task VersionedParameter_NumberAndLabel_AreTold()
    {
        await using StoreWorld world = await StoreWorld.StartAsync();
        (StorePlan plan, AwsAccess access) = world.Own("ParameterStore");
        world.Server.Seed.Parameter("/p", "one", label: "old");
        world.Server.Seed.Parameter("/p", "two");
        IReadOnlyList<FetchResult> results = await world.Provider.ReadAsync(
            plan, access, new RemoteSecret("/p", "", false), new RemoteSecret("/p", "1", false), new RemoteSecret("/p", "old", false), new RemoteSecret("/p", "9", false));
        Assert.Equal(["two", "one", "one"], results.Take(3).Select(r => r.Text()));
        Assert.IsType<FetchResult.Missing>(results[3]);
    }

    [Fact]
    public async Task VersionedSecret_StageAndId_AreTold()
    {
        await using StoreWorld world = await StoreWorld.StartAsync();
        (StorePlan plan, AwsAccess access) = world.Own(more: "\"prefix\": \"team/\"");
        string first = world.Server.Seed.Secret("team/db", "one").VersionId;
        world.Server.Seed.Secret("team/db", "two");
        IReadOnlyList<FetchResult> results = await world.Provider.ReadAsync(
            plan, access, new RemoteSecret("db", "", false), new RemoteSecret("db", "AWSPREVIOUS", false), new RemoteSecret("db", "uuid/" + first, false));
        Assert.Equal(["two", "one", "one"], results.Select(r => r.Text()));
    }

    [Fact]
    public async Task TaggedSync_MetadataPolicyFetch_TagsAsJson()
    {
        await using StoreWorld world = await StoreWorld.StartAsync();
        (StorePlan secrets, AwsAccess access) = world.Own();
        StorePlan parameters = world.Store(service: "ParameterStore");
        world.Server.Seed.Secret("a", "1", tags: StoreWorld.Tags(("team", "blue & <green>"), ("k8s.io/app", "web")));
        world.Server.Seed.Parameter("/p/q", "1");
        world.Tag("/p/q", ("team", "red"));
        IReadOnlyList<FetchResult> results = await world.Provider.ReadAsync(
            secrets, access, new RemoteSecret("a", "", true), new RemoteSecret("absent", "", true));
        Assert.Equal("""{"k8s.io/app":"web","team":"blue & <green>"}""", results[0].Text());
        Assert.IsType<FetchResult.Missing>(results[1]);
        SecretRequest request = secrets is var p ? world.Provider.Plan(p, new RemoteSecret("a", "", true)) : null!;
        Assert.Equal("web", world.Provider.Select(request, ((FetchResult.Value)results[0]).Content, "k8s.io/app").Text());
        results = await world.Provider.ReadAsync(
            parameters, access, new RemoteSecret("/p/q", "3", true), new RemoteSecret("arn:aws:ssm:us-east-1:111122223333:parameter/p/q", "", true), new RemoteSecret("/absent", "", true));
        Assert.Equal(["""{"team":"red"}""", """{"team":"red"}"""], results.Take(2).Select(r => r.Text()));
        Assert.IsType<FetchResult.Missing>(results[2]);
    }

    [Fact]
    public async Task Fetch_MarkedForDeletion_IsAbsence()
    {
        await using StoreWorld world = await StoreWorld.StartAsync();
        (StorePlan plan, AwsAccess access) = world.Own();
        for (int i = 0; i < 4; i++)
        {
            world.Server.Seed.Secret($"s{i}", "v");
        }

        world.Delete("s0");
        RemoteSecret[] all = [.. Enumerable.Range(0, 4).Select(i => new RemoteSecret($"s{i}", "", false))];
        Assert.IsType<FetchResult.Missing>((await world.Provider.ReadAsync(plan, access, all[0]))[0]);
        IReadOnlyList<FetchResult> batch = await world.Provider.ReadAsync(plan, access, all);
        Assert.IsType<FetchResult.Missing>(batch[0]);
        Assert.All(batch.Skip(1), r => Assert.Equal("v", r.Text()));
        Assert.IsType<FetchResult.Missing>((await world.Provider.ReadAsync(plan, access, all[0] with { Metadata = true }))[0]);
    }

    [Fact]
    public async Task Fetch_DeniedInABatch_IsAnErrorAndNeverAbsence()
    {
        await using StoreWorld world = await StoreWorld.StartAsync();
        (StorePlan plan, AwsAccess access) = world.Own(policies: [PolicyDocument.AllowAll, PolicyDocument.Deny("secretsmanager:GetSecretValue", "*secret:s0*")]);
        for (int i = 0; i < 3; i++)
        {
            world.Server.Seed.Secret($"s{i}", "marker-value");
        }

        IReadOnlyList<FetchResult> results = await world.Provider.ReadAsync(
            plan, access, [.. Enumerable.Range(0, 3).Select(i => new RemoteSecret($"s{i}", "", false))]);
        SecretsException why = Assert.IsType<FetchResult.Failed>(results[0]).Why;
        Assert.Equal(FailureReason.AccessDenied, why.Reason);
        Assert.StartsWith("secret s0: us-east-1: BatchGetSecretValue: AccessDeniedException: User: ", why.Message, StringComparison.Ordinal);
        Assert.EndsWith("allow secretsmanager:GetSecretValue (and kms:Decrypt for a key of your own) to the controller's own identity", why.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("marker-value", why.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(nameof(FaultKind.Throttle), nameof(FailureReason.Throttled))]
    [InlineData(nameof(FaultKind.Fail), nameof(FailureReason.ProviderUnavailable))]
    [InlineData(nameof(FaultKind.Status), nameof(FailureReason.ProviderUnavailable))]
    public async Task Fetch_ServiceFails_ReasonIsToldAfterRetries(string kind, string reason)
    {
        await using StoreWorld world = await StoreWorld.StartAsync();
        (StorePlan plan, AwsAccess access) = world.Own();
        world.Server.Seed.Secret("a", "1");
        world.Server.Faults.Add(new Fault { Kind = Enum.Parse<FaultKind>(kind), Operation = "GetSecretValue" });
        SecretsException why = Assert.IsType<FetchResult.Failed>((await world.Provider.ReadAsync(plan, access, new RemoteSecret("a", "", false)))[0]).Why;
        Assert.Equal(reason, why.Reason.ToString());
        Assert.Equal(4, world.Calls("GetSecretValue"));
    }

    [Fact]
    public async Task RetrySettings_MaxRetries_IsTheNumberOfCalls()
    {
        await using StoreWorld world = await StoreWorld.StartAsync();
        world.Own();
        StorePlan plan = world.Provider.ReadStore(StoreManifests.Store(
            """{"service": "SecretsManager", "region": "us-east-1"}""", 7, TimeSpan.FromSeconds(1)));
        world.Server.Faults.Add(new Fault { Kind = FaultKind.Fail, Operation = "GetSecretValue" });
        Assert.IsType<FetchResult.Failed>(await world.ReadAsync(plan, StoreWorld.Controller(), "a"));
        Assert.Equal(7, world.Calls("GetSecretValue"));
    }

    [Fact]
    public async Task Fetch_BinaryJson_HasPropertiesAndKeys()
    {
        await using StoreWorld world = await StoreWorld.StartAsync();
        (StorePlan plan, AwsAccess access) = world.Own();
        world.Server.Seed.Secret("bin", null, """{"user":"u","port":5432,"nested":{"a":[1,2]}}"""u8.ToArray());
        world.Server.Seed.Secret("raw", null, [0, 255, 1]);
        IReadOnlyList<FetchResult> results = await world.Provider.ReadAsync(plan, access, new RemoteSecret("bin", "", false), new RemoteSecret("raw", "", false));
        SecretBytes json = ((FetchResult.Value)results[0]).Content;
        SecretRequest request = world.Provider.Plan(plan, new RemoteSecret("bin", "", false));
        Assert.Equal("5432", world.Provider.Select(request, json, "port").Text());
        Assert.Null(world.Provider.Select(request, json, "nested.b"));
        Assert.Equal([("nested", """{"a":[1,2]}"""), ("port", "5432"), ("user", "u")], world.Provider.Extract(request, json, "").Pairs());
        SecretBytes raw = ((FetchResult.Value)results[1]).Content;
        Assert.Equal([0, 255, 1], raw.Span.ToArray());
        Assert.Equal(FailureReason.ValueInvalid, Assert.Throws<SecretsException>(() => world.Provider.Extract(request, raw, "")).Reason);
    }

    [Theory]
    [InlineData("friends.1.first", "Roger")]
    [InlineData("friends.#", "2")]
    [InlineData("friends.#(first==\"Dale\").age", "44")]
    [InlineData("friends.#.first", """["Dale","Roger"]""")]
    [InlineData("name.last", "literal")]
    [InlineData("big", "12345678901234567890")]
    [InlineData("none", "")]
    [InlineData("nope", null)]
    [InlineData("name.nope", null)]
    public async Task NestedJsonWithGjson_Property_AsThePeerTakesIt(string property, string? expected)
    {
        await using StoreWorld world = await StoreWorld.StartAsync();
        (StorePlan plan, AwsAccess access) = world.Own();
        world.Server.Seed.Secret("people", """
            {"name": {"last": "path"}, "name.last": "literal", "big": 12345678901234567890, "none": null,
             "friends": [{"first": "Dale", "age": 44}, {"first": "Roger", "age": 68}]}
            """);
        var value = (FetchResult.Value)(await world.Provider.ReadAsync(plan, access, new RemoteSecret("people", "", false)))[0];
        using SecretBytes? found = world.Provider.Select(world.Provider.Plan(plan, new RemoteSecret("people", "", false)), value.Content, property);
        Assert.Equal(expected, found?.Text());
    }

    [Fact]
    public async Task Fetch_SessionRevokedAtAws_IsObtainedAgain()
    {
        await using StoreWorld world = await StoreWorld.StartAsync();
        world.Account("shop", "reader");
        world.Server.Seed.Secret("a", "1");
        StorePlan plan = world.Store("""
            "auth": {"jwt": {"serviceAccountRef": {"name": "reader"}}}
            """);
        await world.ReadAsync(plan, StoreWorld.Controller(), "a");
        world.Server.Faults.Add(new Fault { Kind = FaultKind.Error, Code = "ExpiredTokenException", Status = 400, Operation = "GetSecretValue", Times = 1 });
        Assert.Equal("1", (await world.ReadAsync(plan, StoreWorld.Controller(), "a")).Text());
        Assert.Equal(2, world.Calls("AssumeRoleWithWebIdentity"));
    }
}
