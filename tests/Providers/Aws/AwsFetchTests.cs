using CsiSecrets.Model;
using CsiSecrets.Providers;
using CsiSecrets.Providers.Aws;
using CsiSecrets.Providers.Objects;
using CsiSecrets.Tests.Aws.Faults;
using CsiSecrets.Tests.Aws.Iam;

namespace CsiSecrets.Tests.Providers.Aws;

public class AwsFetchTests
{
    private const string TwoSecrets = "[{objectName: a, objectType: secretsmanager}, {objectName: b, objectType: secretsmanager}]";

    private static string Secrets(int count) =>
        "[" + string.Join(", ", Enumerable.Range(0, count).Select(i => $"{{objectName: s{i}, objectType: secretsmanager}}")) + "]";

    [Fact]
    public async Task Fetch_SecretAndParameter_AreRead()
    {
        await using AwsWorld world = await AwsWorld.StartAsync();
        world.Account("shop", "web");
        world.Server.Seed.Secret("app/db", "päss\n\"word\\");
        world.Server.Seed.Secret("app/bin", null, [0, 1, 255]);
        world.Server.Seed.Parameter("/app/p", "v1", "SecureString");
        ClassPlan plan = world.Provider.ReadClass(AwsWorld.Class("""
            - {objectName: app/db, objectType: secretsmanager}
            - {objectName: app/bin, objectType: secretsmanager}
            - {objectName: /app/p, objectType: ssmparameter}
            """));
        IReadOnlyList<FetchResult> results = await world.FetchAsync(plan, world.Pod("shop", "web"));
        Assert.Equal("päss\n\"word\\", results[0].Text());
        Assert.Equal([0, 1, 255], Assert.IsType<FetchResult.Value>(results[1]).Content.Span.ToArray());
        Assert.Equal("v1", results[2].Text());
        Assert.Equal("1", AwsVersion.Shown(results[2].Version()));
        Assert.Contains(world.Server.Calls.All, c => c.Operation == "AssumeRoleWithWebIdentity" && c.SessionName == "shop@web");
    }

    [Fact]
    public async Task Fetch_HundredIdenticalFlows_AskStsOnce()
    {
        await using AwsWorld world = await AwsWorld.StartAsync();
        world.Account("shop", "web");
        world.Server.Seed.Secret("a", "1");
        world.Server.Seed.Secret("b", "2");
        ClassPlan plan = world.Provider.ReadClass(AwsWorld.Class(TwoSecrets));
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(async () =>
        {
            IReadOnlyList<FetchResult> results = await world.FetchAsync(plan, world.Pod("shop", "web", $"pod{i}"));
            Assert.Equal(["1", "2"], results.Select(r => r.Text()));
        })));
        Assert.Equal(1, world.Calls("AssumeRoleWithWebIdentity"));
    }

    [Fact]
    public async Task Fetch_KnownVersions_ProbesAndReadsOnlyWhatChanged()
    {
        await using AwsWorld world = await AwsWorld.StartAsync();
        world.Account("shop", "web");
        world.Server.Seed.Secret("a", "1");
        world.Server.Seed.Secret("b", "2");
        ClassPlan plan = world.Provider.ReadClass(AwsWorld.Class(TwoSecrets));
        string[] known = [.. (await world.FetchAsync(plan, world.Pod("shop", "web"))).Select(r => r.Version())];
        world.Server.Calls.Reset();
        Assert.All(await world.FetchAsync(plan, world.Pod("shop", "web"), known), r => Assert.IsType<FetchResult.Unchanged>(r));
        Assert.Equal(2, world.Server.Calls.Count());
        world.Server.Seed.Secret("b", "3");
        IReadOnlyList<FetchResult> results = await world.FetchAsync(plan, world.Pod("shop", "web"), known);
        Assert.IsType<FetchResult.Unchanged>(results[0]);
        Assert.Equal("3", results[1].Text());
        Assert.Equal(1, world.Calls("GetSecretValue"));
    }

    [Theory]
    [InlineData(2, 0, 2)]
    [InlineData(3, 1, 0)]
    [InlineData(20, 1, 0)]
    [InlineData(22, 1, 2)]
    public async Task Fetch_ManySecrets_BatchesWhereItSavesTwoCalls(int count, int batches, int singles)
    {
        await using AwsWorld world = await AwsWorld.StartAsync();
        world.Account("shop", "web");
        for (int i = 0; i < count; i++)
        {
            world.Server.Seed.Secret($"s{i}", $"v{i}");
        }

        ClassPlan plan = world.Provider.ReadClass(AwsWorld.Class(Secrets(count)));
        IReadOnlyList<FetchResult> results = await world.FetchAsync(plan, world.Pod("shop", "web"));
        Assert.Equal(Enumerable.Range(0, count).Select(i => $"v{i}"), results.Select(r => r.Text()));
        Assert.Equal((batches, singles), (world.Calls("BatchGetSecretValue"), world.Calls("GetSecretValue")));
    }

    [Fact]
    public async Task Fetch_BatchWithItemErrors_FailsThoseAlone()
    {
        await using AwsWorld world = await AwsWorld.StartAsync();
        world.Account("shop", "web", PolicyDocument.AllowAll, PolicyDocument.Deny("secretsmanager:GetSecretValue", "*:secret:s1-*"));
        world.Server.Seed.Secret("s0", "v0");
        world.Server.Seed.Secret("s1", "marker-of-a-value");
        world.Server.Seed.Secret("s3", "v3");
        ClassPlan plan = world.Provider.ReadClass(AwsWorld.Class(Secrets(4)));
        IReadOnlyList<FetchResult> results = await world.FetchAsync(plan, world.Pod("shop", "web"));
        Assert.Equal("v0", results[0].Text());
        Assert.Equal(FailureReason.AccessDenied, Assert.IsType<FetchResult.Failed>(results[1]).Why.Reason);
        Assert.Contains("s1", results[1].Why().Message, StringComparison.Ordinal);
        Assert.Contains("AccessDeniedException", results[1].Why().Message, StringComparison.Ordinal);
        Assert.Equal(FailureReason.SecretNotFound, Assert.IsType<FetchResult.Missing>(results[2]).Why.Reason);
        Assert.Equal("v3", results[3].Text());
        Assert.Equal(1, world.Calls("BatchGetSecretValue"));
        Assert.DoesNotContain("marker", string.Join(' ', results.OfType<FetchResult.Failed>().Select(f => f.Why.ToString())), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_BatchDenied_ReadsSinglyAndRemembersForADay()
    {
        await using AwsWorld world = await AwsWorld.StartAsync();
        world.Account("shop", "web", PolicyDocument.AllowAll, PolicyDocument.Deny("secretsmanager:BatchGetSecretValue"));
        for (int i = 0; i < 3; i++)
        {
            world.Server.Seed.Secret($"s{i}", $"v{i}");
        }

        ClassPlan plan = world.Provider.ReadClass(AwsWorld.Class(Secrets(3)));
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(["v0", "v1", "v2"], (await world.FetchAsync(plan, world.Pod("shop", "web"))).Select(r => r.Text()));
        }

        Assert.Equal((1, 6), (world.Calls("BatchGetSecretValue"), world.Calls("GetSecretValue")));
        Assert.Equal("secretsmanager:BatchGetSecretValue", Assert.Single(world.Clients.Denied.Snapshot()).Operation);
        world.Time.Advance(TimeSpan.FromHours(25));
        await world.FetchAsync(plan, world.Pod("shop", "web"));
        Assert.Equal(2, world.Calls("BatchGetSecretValue"));
    }

    [Fact]
    public async Task Fetch_ProbeDenied_ReadsComparesAndRemembers()
    {
        await using AwsWorld world = await AwsWorld.StartAsync();
        world.Account("shop", "web", PolicyDocument.AllowAll, PolicyDocument.Deny("secretsmanager:DescribeSecret"));
        world.Server.Seed.Secret("a", "1");
        world.Server.Seed.Secret("b", "2");
        ClassPlan plan = world.Provider.ReadClass(AwsWorld.Class(TwoSecrets));
        string[] known = [.. (await world.FetchAsync(plan, world.Pod("shop", "web"))).Select(r => r.Version())];
        for (int i = 0; i < 2; i++)
        {
            Assert.All(await world.FetchAsync(plan, world.Pod("shop", "web"), known), r => Assert.IsType<FetchResult.Unchanged>(r));
        }

        Assert.Equal((2, 6), (world.Calls("DescribeSecret"), world.Calls("GetSecretValue")));
    }

    [Fact]
    public async Task Fetch_ProbeDeniedForABatch_IsRemembered()
    {
        await using AwsWorld world = await AwsWorld.StartAsync();
        world.Account("shop", "web", PolicyDocument.AllowAll, PolicyDocument.Deny("secretsmanager:DescribeSecret"));
        for (int i = 0; i < 3; i++)
        {
            world.Server.Seed.Secret($"s{i}", $"v{i}");
        }

        ClassPlan plan = world.Provider.ReadClass(AwsWorld.Class(Secrets(3)));
        string[] known = [.. (await world.FetchAsync(plan, world.Pod("shop", "web"))).Select(r => r.Version())];
        await world.FetchAsync(plan, world.Pod("shop", "web"), known);
        await world.FetchAsync(plan, world.Pod("shop", "web"), known);
        Assert.Equal((3, 3), (world.Calls("DescribeSecret"), world.Calls("BatchGetSecretValue")));
    }

    [Fact]
    public async Task Fetch_DeniedOneOfTenParameters_ReadsTheOthers()
    {
        await using AwsWorld world = await AwsWorld.StartAsync();
        world.Account("shop", "web", PolicyDocument.AllowAll, PolicyDocument.Deny("ssm:GetParameters", "*:parameter/p1"));
        for (int i = 0; i < 12; i++)
        {
            world.Server.Seed.Parameter($"/p{i}", $"v{i}");
        }

        string objects = "[" + string.Join(", ", Enumerable.Range(0, 13).Select(i => $"{{objectName: /p{i}, objectType: ssmparameter}}")) + "]";
        ClassPlan plan = world.Provider.ReadClass(AwsWorld.Class(objects));
        IReadOnlyList<FetchResult> results = await world.FetchAsync(plan, world.Pod("shop", "web"));
        Assert.Equal(FailureReason.AccessDenied, results[1].Why().Reason);
        Assert.IsType<FetchResult.Missing>(results[12]);
        Assert.Equal(11, results.Count(r => r is FetchResult.Value));
        world.Server.Calls.Reset();
        await world.FetchAsync(plan, world.Pod("shop", "web"));
        Assert.Equal(3, world.Calls("GetParameters"));
    }

    [Fact]
    public async Task Fetch_ParameterVersionsAndLabels_AreTold()
    {
        await using AwsWorld world = await AwsWorld.StartAsync();
        world.Account("shop", "web");
        world.Server.Seed.Parameter("/p", "one", label: "old");
        world.Server.Seed.Parameter("/p", "two");
        ClassPlan plan = world.Provider.ReadClass(AwsWorld.Class("""
            - {objectName: /p, objectType: ssmparameter, objectAlias: x}
            - {objectName: /p, objectType: ssmparameter, objectAlias: y, objectVersion: 1}
            - {objectName: /p, objectType: ssmparameter, objectAlias: z, objectVersionLabel: old}
            """));
        Assert.Equal(["two", "one", "one"], (await world.FetchAsync(plan, world.Pod("shop", "web"))).Select(r => r.Text()));
    }

    [Fact]
    public async Task Fetch_Throttled_TriesAgain()
    {
        await using AwsWorld world = await AwsWorld.StartAsync();
        world.Account("shop", "web");
        world.Server.Seed.Secret("a", "1");
        world.Server.Faults.Add(new Fault { Kind = FaultKind.Throttle, Operation = "GetSecretValue", Times = 2 });
        world.Server.Faults.Add(new Fault { Kind = FaultKind.Fail, Operation = "AssumeRoleWithWebIdentity", Times = 1 });
        ClassPlan plan = world.Provider.ReadClass(AwsWorld.Class("[{objectName: a, objectType: secretsmanager}]"));
        Assert.Equal("1", (await world.FetchAsync(plan, world.Pod("shop", "web")))[0].Text());
        Assert.Equal((2, 3), (world.Calls("AssumeRoleWithWebIdentity"), world.Calls("GetSecretValue")));
        world.Server.Faults.Add(new Fault { Kind = FaultKind.Throttle, Operation = "GetSecretValue" });
        SecretsException why = (await world.FetchAsync(plan, world.Pod("shop", "web")))[0].Why();
        Assert.Equal(FailureReason.Throttled, why.Reason);
        Assert.Contains("ThrottlingException: Rate exceeded", why.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(nameof(FaultKind.Cut))]
    [InlineData(nameof(FaultKind.Garbage))]
    [InlineData(nameof(FaultKind.Status))]
    public async Task Fetch_BrokenAnswerOnce_TriesAgain(string kind)
    {
        await using AwsWorld world = await AwsWorld.StartAsync();
        world.Account("shop", "web");
        world.Server.Seed.Secret("a", "1");
        world.Server.Faults.Add(new Fault { Kind = Enum.Parse<FaultKind>(kind), Operation = "GetSecretValue", Times = 1 });
        ClassPlan plan = world.Provider.ReadClass(AwsWorld.Class("[{objectName: a, objectType: secretsmanager}]"));
        Assert.Equal("1", (await world.FetchAsync(plan, world.Pod("shop", "web")))[0].Text());
    }

    [Fact]
    public async Task Fetch_PrimaryRegionFails_AsksTheOtherOnlyThen()
    {
        await using AwsWorld world = await AwsWorld.StartAsync();
        world.Account("shop", "web");
        world.Server.Seed.Secret("a", "primary");
        world.Server.Seed.Secret("a2", "other", region: "eu-west-1");
        ClassPlan plan = world.Provider.ReadClass(AwsWorld.Class(
            "[{objectName: a, objectType: secretsmanager, objectAlias: f, failoverObject: {objectName: a2}}]", ("failoverRegion", "eu-west-1")));
        FetchResult first = (await world.FetchAsync(plan, world.Pod("shop", "web")))[0];
        Assert.Equal("primary", first.Text());
        Assert.DoesNotContain(world.Server.Calls.All, c => c.Region == "eu-west-1");
        world.Server.Faults.Add(new Fault { Kind = FaultKind.Fail, Region = "us-east-1", Operation = "*Secret*" });
        FetchResult second = (await world.FetchAsync(plan, world.Pod("shop", "web"), first.Version()))[0];
        Assert.Equal("other", second.Text());
        Assert.Equal(1, world.Calls("AssumeRoleWithWebIdentity"));
    }

    [Fact]
    public async Task Fetch_WhoBeganItGoesAwayBeforeTheOtherRegion_GoesOn()
    {
        await using AwsWorld world = await AwsWorld.StartAsync();
        world.Account("shop", "web");
        world.Server.Seed.Secret("a", "other", region: "eu-west-1");
        world.Server.Faults.Add(new Fault { Kind = FaultKind.Fail, Operation = "AssumeRoleWithWebIdentity", Times = world.Clients.Environment.MaxAttempts });
        ClassPlan plan = world.Provider.ReadClass(AwsWorld.Class("[{objectName: a, objectType: secretsmanager}]", ("failoverRegion", "eu-west-1")));
        AccessRequest pod = world.Pod("shop", "web");
        world.Clients.Attempted = _ => pod.Tokens.Dispose();

        FetchResult answer = (await world.FetchAsync(plan, pod))[0];
        Assert.True(answer is FetchResult.Value, (answer as FetchResult.Failed)?.Why.Message);
        Assert.Equal("other", answer.Text());
    }

    [Fact]
    public async Task Fetch_PrimaryRefuses_DoesNotAskTheOther()
    {
        await using AwsWorld world = await AwsWorld.StartAsync();
        world.Account("shop", "web");
        world.Server.Seed.Secret("a", "other", region: "eu-west-1");
        ClassPlan plan = world.Provider.ReadClass(AwsWorld.Class("[{objectName: a, objectType: secretsmanager}]", ("failoverRegion", "eu-west-1")));
        Assert.IsType<FetchResult.Missing>((await world.FetchAsync(plan, world.Pod("shop", "web")))[0]);
        Assert.DoesNotContain(world.Server.Calls.All, c => c.Region == "eu-west-1");
    }

    [Fact]
    public async Task Fetch_AbsentInFailoverWhilePrimaryIsDown_IsNoAbsence()
    {
        await using AwsWorld world = await AwsWorld.StartAsync();
        world.Account("shop", "web");
        world.Server.Faults.Add(new Fault { Kind = FaultKind.Fail, Region = "us-east-1", Operation = "GetSecretValue" });
        ClassPlan plan = world.Provider.ReadClass(AwsWorld.Class("[{objectName: a, objectType: secretsmanager}]", ("failoverRegion", "eu-west-1")));
        SecretsException why = Assert.IsType<FetchResult.Failed>((await world.FetchAsync(plan, world.Pod("shop", "web")))[0]).Why;
        Assert.Equal(FailureReason.ProviderUnavailable, why.Reason);
        Assert.Contains("Failed to fetch secret from all regions.", why.Message, StringComparison.Ordinal);
        Assert.Contains("us-east-1: GetSecretValue", why.Message, StringComparison.Ordinal);
        Assert.Contains("eu-west-1: GetSecretValue: ResourceNotFoundException", why.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_ByPathPatternAndTags_FindsWhatMatchesAll()
    {
        await using AwsWorld world = await AwsWorld.StartAsync();
        world.Account("shop", "web");
        var blue = System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty.Add("team", "blue");
        var crossed = blue.SetItem("team", "red").Add("colour", "blue");
        world.Server.Seed.Secret("app/db", "1", tags: blue);
        world.Server.Seed.Secret("app/other", "2", tags: blue);
        world.Server.Seed.Secret("app/db2", "3", tags: crossed);
        world.Server.Seed.Secret("db", "4", tags: blue);
        world.Server.Seed.Parameter("/app/x", "5");
        world.Server.Seed.Parameter("/apple", "6");
        ClassPlan plan = world.Provider.ReadClass(AwsWorld.Class("""
            - find: {path: app/, name: {regexp: 'db\d*$'}, tags: {team: blue}, stripPrefix: app/}
              objectType: secretsmanager
            - find: {path: /app/}
              objectType: ssmparameter
            """));
        AwsAccess access = await world.OpenAsync(world.Pod("shop", "web"), plan);
        IReadOnlyList<PlannedObject> secrets = await world.Provider.ListAsync(access, plan, plan.Selections[0], AwsWorld.Stop);
        IReadOnlyList<PlannedObject> parameters = await world.Provider.ListAsync(access, plan, plan.Selections[1], AwsWorld.Stop);
        Assert.Equal("db", Assert.IsType<ShapedObject>(Assert.Single(secrets)).Shape.FilePath);
        Assert.Equal("app/db", secrets[0].Request.Name);
        Assert.Equal("/app/x", Assert.Single(parameters).Request.Name);
    }

    [Fact]
    public async Task List_Denied_IsTheVolumesError()
    {
        await using AwsWorld world = await AwsWorld.StartAsync();
        world.Account("shop", "web", PolicyDocument.AllowAll, PolicyDocument.Deny("secretsmanager:ListSecrets"));
        ClassPlan plan = world.Provider.ReadClass(AwsWorld.Class("[{find: {path: a}, objectType: secretsmanager}]"));
        AwsAccess access = await world.OpenAsync(world.Pod("shop", "web"), plan);
        SecretsException why = await Assert.ThrowsAsync<SecretsException>(
            () => world.Provider.ListAsync(access, plan, plan.Selections[0], AwsWorld.Stop));
        Assert.Equal(FailureReason.AccessDenied, why.Reason);
        Assert.Contains("objects[0].find", why.Message, StringComparison.Ordinal);
    }
}
