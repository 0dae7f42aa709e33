using CsiSecrets.Model;
using CsiSecrets.Providers;
using CsiSecrets.Providers.Stores;
using CsiSecrets.Tests.Aws.Faults;
using CsiSecrets.Tests.Aws.Iam;

namespace CsiSecrets.Tests.Providers.Aws.Stores;

public class AwsStoreAuthTests
{
    private const string StaticAuth = """
        "auth": {"secretRef": {"accessKeyIDSecretRef": {"name": "keys", "key": "id"}, "secretAccessKeySecretRef": {"name": "keys", "key": "key"}}}
        """;

    private const string JwtAuth = """
        "auth": {"jwt": {"serviceAccountRef": {"name": "reader"}}}
        """;

    private const string Role = "arn:aws:iam::111122223333:role/r";

    [Fact]
    public async Task StaticAuth_KeysOfASecret_ReadWithoutSts()
    {
        await using StoreWorld world = await StoreWorld.StartAsync();
        world.Keys("shop", "keys", "static");
        world.Server.Seed.Secret("a", "1");
        StorePlan plan = world.Store(StaticAuth);
        Assert.Equal("1", (await world.ReadAsync(plan, StoreWorld.Controller(), "a")).Text());
        Assert.Equal(["GetSecretValue"], world.Server.Calls.All.Select(c => c.Operation));
    }

    [Fact]
    public async Task ReferentStaticAuth_ClusterStoreWithoutNamespace_UsesTheCallersKeys()
    {
        await using StoreWorld world = await StoreWorld.StartAsync();
        world.Keys("shop", "keys", "of-shop");
        world.Keys("bank", "keys", "of-bank");
        world.Server.Seed.Secret("a", "1");
        StorePlan plan = world.Store(StaticAuth, cluster: true);
        ProviderAccess shop = await world.Provider.OpenAsync(plan, StoreWorld.Controller("shop"), StoreWorld.Stop);
        ProviderAccess bank = await world.Provider.OpenAsync(plan, StoreWorld.Controller("bank"), StoreWorld.Stop);
        Assert.NotEqual(shop.Key, bank.Key);
        Assert.Equal("1", (await world.ReadAsync(plan, StoreWorld.Controller("bank"), "a")).Text());
        Assert.EndsWith("user/of-bank", world.Server.Calls.All[^1].Principal, StringComparison.Ordinal);
        ProviderAccess nobody = await world.Provider.OpenAsync(plan, StoreWorld.Controller(""), StoreWorld.Stop);
        await world.Provider.ValidateAsync(plan, nobody, StoreWorld.Stop);
    }

    [Fact]
    public async Task ReferencedIrsa_TokenForTheServiceAccount_AskedOnceForAllReads()
    {
        await using StoreWorld world = await StoreWorld.StartAsync();
        Role role = world.Account("shop", "reader");
        world.Server.Seed.Secret("a", "1");
        StorePlan plan = world.Store("""
            "auth": {"jwt": {"serviceAccountRef": {"name": "reader", "audiences": ["more"]}}}
            """);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal("1", (await world.ReadAsync(plan, StoreWorld.Controller(), "a")).Text());
        }

        Assert.Equal(["token shop/reader sts.amazonaws.com more"], world.ClusterCalls);
        Assert.Equal(1, world.Calls("AssumeRoleWithWebIdentity"));
        AccessKey session = Assert.Single(world.Server.State.Credentials.Sessions);
        Assert.Equal((role.Arn, "external-secrets-provider-aws"), (session.Owner.RoleArn, session.Owner.SessionName));
    }

    [Fact]
    public async Task ReferencedIrsa_NamespaceOfAClusterStoreAndAudienceAnnotation_AreObeyed()
    {
        await using StoreWorld world = await StoreWorld.StartAsync();
        world.Account("infra", "reader");
        world.Accounts[("infra", "reader")] = new ServiceAccountFacts("u", new Dictionary<string, string>(world.Accounts[("infra", "reader")]!.Annotations)
        {
            ["eks.amazonaws.com/audience"] = "own-audience",
        });
        StorePlan plan = world.Store("""
            "auth": {"jwt": {"serviceAccountRef": {"name": "reader", "namespace": "infra"}}}
            """, cluster: true);
        await world.ReadAsync(plan, StoreWorld.Controller("shop"), "a");
        Assert.Equal(["token infra/reader own-audience"], world.ClusterCalls);
    }

    [Fact]
    public async Task MountedIrsa_NoAuth_IsTheWebIdentityOfTheController()
    {
        await using StoreWorld world = await StoreWorld.StartAsync();
        Role role = world.Account("infra", "controller");
        world.Server.Seed.Secret("a", "1");
        string file = Path.GetTempFileName();
        try
        {
            var pod = (StoreCaller.Pod)world.Pod("infra", "controller");
            await File.WriteAllTextAsync(file, pod.Request.Tokens.Find("sts.amazonaws.com")!.Value.Text(), StoreWorld.Stop);
            world.Variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = file;
            world.Variables["AWS_ROLE_ARN"] = role.Arn;
            Assert.Equal("1", (await world.ReadAsync(world.Store(), StoreWorld.Controller(), "a")).Text());
            Assert.Equal(role.Arn, Assert.Single(world.Server.State.Credentials.Sessions).Owner.RoleArn);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task NoAuth_KeysInTheEnvironment_AreTheControllersOwnIdentity()
    {
        await using StoreWorld world = await StoreWorld.StartAsync();
        (StorePlan plan, _) = world.Own();
        world.Server.Seed.Secret("a", "1");
        Assert.Equal("1", (await world.ReadAsync(plan, StoreWorld.Controller(), "a")).Text());
        Assert.EndsWith("user/controller", world.Server.Calls.All[^1].Principal, StringComparison.Ordinal);
        Assert.Empty(world.ClusterCalls);
    }

    [Fact]
    public async Task NoAuth_ContainerCredentials_ArePodIdentityOfTheController()
    {
        await using StoreWorld world = await StoreWorld.StartAsync();
        Role role = world.Server.Seed.Role("pi", PolicyDocument.TrustPodIdentity());
        world.Server.State.PodIdentity.Associate("infra", "controller", role.Arn);
        world.Server.Seed.Secret("a", "1");
        world.Variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = new Uri(world.Server.Url, "/v1/credentials").AbsoluteUri;
        var pod = (StoreCaller.Pod)world.Pod("infra", "controller");
        world.Variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = pod.Request.Tokens.Find("pods.eks.amazonaws.com")!.Value.Text();
        Assert.Equal("1", (await world.ReadAsync(world.Store(), StoreWorld.Controller(), "a")).Text());
    }

    [Fact]
    public async Task RoleChain_ExternalIdAndTagsForTheLastRoleOnly()
    {
        await using StoreWorld world = await StoreWorld.StartAsync();
        AccessKey user = world.Keys("shop", "keys", "static");
        Role first = world.Server.Seed.Role("first", PolicyDocument.TrustPrincipal(user.Owner.Arn));
        Role last = world.Server.Seed.Role("last", PolicyDocument.TrustPrincipal(first.Arn, "ext-1"));
        world.Server.Seed.Secret("a", "1");
        StorePlan plan = world.Store($$"""
            {{StaticAuth}}, "role": "{{last.Arn}}", "additionalRoles": ["{{first.Arn}}"], "externalID": "ext-1",
            "sessionTags": [{"key": "team", "value": "blue"}], "transitiveTagKeys": ["team"]
            """);
        Assert.Equal("1", (await world.ReadAsync(plan, StoreWorld.Controller(), "a")).Text());
        Principal[] sessions = [.. world.Server.State.Credentials.Sessions.Select(s => s.Owner)];
        Assert.Equal([first.Arn, last.Arn], sessions.Select(s => s.RoleArn));
        Assert.Empty(sessions[0].Tags);
        Assert.Equal(("blue", "team"), (sessions[1].Tags["team"], Assert.Single(sessions[1].TransitiveTags)));
        StorePlan without = world.Store($$"""{{StaticAuth}}, "role": "{{last.Arn}}", "additionalRoles": ["{{first.Arn}}"]""");
        SecretsException why = Assert.IsType<FetchResult.Failed>(await world.ReadAsync(without, StoreWorld.Controller(), "a")).Why;
        Assert.Equal(FailureReason.Unauthenticated, why.Reason);
        Assert.Contains($"no credentials for role {last.Arn} in us-east-1: AssumeRole: AccessDenied", why.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("None", "team=blue")]
    [InlineData("Simple", "esoNamespace=shop esoStoreKind=SecretStore esoStoreName=store")]
    [InlineData("Custom", "cost=42 esoNamespace=shop esoStoreKind=SecretStore esoStoreName=store")]
    public async Task SessionTags_Policy_DecidesWhichAreSent(string policy, string tags)
    {
        await using StoreWorld world = await StoreWorld.StartAsync();
        AccessKey user = world.Keys("shop", "keys", "static");
        Role role = world.Server.Seed.Role("r", PolicyDocument.TrustPrincipal(user.Owner.Arn));
        StorePlan plan = world.Store($$"""
            {{StaticAuth}}, "role": "{{role.Arn}}", "sessionTagsPolicy": "{{policy}}",
            "sessionTags": [{"key": "team", "value": "blue"}], "customSessionTags": {"cost": "42"}
            """);
        await world.ReadAsync(plan, StoreWorld.Controller(), "a");
        AccessKey session = Assert.Single(world.Server.State.Credentials.Sessions);
        Assert.Equal(tags, string.Join(' ', session.Owner.Tags.Select(t => $"{t.Key}={t.Value}")));
    }

    [Fact]
    public async Task Open_EachPartOfIdentity_ChangesTheKey()
    {
        await using StoreWorld world = await StoreWorld.StartAsync();
        world.Account("shop", "reader");
        world.Account("bank", "reader");
        world.Keys("shop", "keys", "one");
        world.Keys("bank", "keys", "two");
        StoreCaller shop = StoreWorld.Controller("shop");
        StoreCaller bank = StoreWorld.Controller("bank");
        var cases = new Dictionary<string, (StorePlan Plan, StoreCaller Caller)>
        {
            ["own"] = (world.Store(), shop),
            ["region"] = (world.Store(region: "eu-west-1"), shop),
            ["keys"] = (world.Store(StaticAuth, cluster: true), shop),
            ["other keys"] = (world.Store(StaticAuth, cluster: true), bank),
            ["service account"] = (world.Store(JwtAuth, cluster: true), shop),
            ["namespace"] = (world.Store(JwtAuth, cluster: true), bank),
            ["audience"] = (world.Store("\"auth\": {\"jwt\": {\"serviceAccountRef\": {\"name\": \"reader\", \"audiences\": [\"x\"]}}}"), shop),
            ["role"] = (world.Store($"\"role\": \"{Role}\""), shop),
            ["chain"] = (world.Store($"\"role\": \"{Role}\", \"additionalRoles\": [\"{Role}2\"]"), shop),
            ["chain order"] = (world.Store($"\"role\": \"{Role}2\", \"additionalRoles\": [\"{Role}\"]"), shop),
            ["external id"] = (world.Store($"\"role\": \"{Role}\", \"externalID\": \"xx\""), shop),
            ["tags"] = (world.Store($"\"role\": \"{Role}\", \"sessionTagsPolicy\": \"Simple\"", cluster: true), shop),
            ["tags of another namespace"] = (world.Store($"\"role\": \"{Role}\", \"sessionTagsPolicy\": \"Simple\"", cluster: true), bank),
            ["tags of another store"] = (world.Store($"\"role\": \"{Role}\", \"sessionTagsPolicy\": \"Simple\"", cluster: true, name: "other"), shop),
            ["pod"] = (world.Store(JwtAuth), world.Pod("shop", "reader")),
        };
        var keys = new Dictionary<string, string>();
        foreach ((string name, (StorePlan plan, StoreCaller caller)) in cases)
        {
            keys[name] = (await world.Provider.OpenAsync(plan, caller, StoreWorld.Stop)).Key;
        }

        Assert.Empty(keys.GroupBy(k => k.Value).Where(g => g.Count() > 1).Select(g => string.Join(" = ", g.Select(k => k.Key))));
        Assert.Equal(keys["own"], (await world.Provider.OpenAsync(world.Store(cluster: true, name: "another"), bank, StoreWorld.Stop)).Key);
    }

    [Fact]
    public async Task Pod_IrsaAnnotation_ReplacesAuthOfWhichNothingIsRead()
    {
        await using StoreWorld world = await StoreWorld.StartAsync();
        Role own = world.Account("shop", "web");
        Role last = world.Server.Seed.Role("last", PolicyDocument.TrustPrincipal(own.Arn));
        world.Server.Seed.Secret("a", "1");
        StorePlan plan = world.Store($"{StaticAuth}, \"role\": \"{last.Arn}\"");
        Assert.Equal("1", (await world.ReadAsync(plan, world.Pod("shop", "web"), "a")).Text());
        Assert.Equal([own.Arn, last.Arn], world.Server.State.Credentials.Sessions.Select(s => s.Owner.RoleArn));
        Assert.Equal("shop@web", world.Server.State.Credentials.Sessions[0].Owner.SessionName);
        Assert.Empty(world.ClusterCalls);
    }

    [Fact]
    public async Task Pod_NoAnnotation_IsPodIdentityOfThatPodAlone()
    {
        await using StoreWorld world = await StoreWorld.StartAsync();
        Role role = world.Server.Seed.Role("pi", PolicyDocument.TrustPodIdentity());
        world.Server.State.PodIdentity.Associate("shop", "web", role.Arn);
        world.Accounts[("shop", "web")] = new ServiceAccountFacts("sa-uid-web", new Dictionary<string, string>());
        world.Server.Seed.Secret("a", "1");
        StorePlan plan = world.Store();
        Assert.Equal("1", (await world.ReadAsync(plan, world.Pod("shop", "web", "p1"), "a")).Text());
        ProviderAccess one = await world.Provider.OpenAsync(plan, world.Pod("shop", "web", "p1"), StoreWorld.Stop);
        ProviderAccess two = await world.Provider.OpenAsync(plan, world.Pod("shop", "web", "p2"), StoreWorld.Stop);
        Assert.NotEqual(one.Key, two.Key);
    }

    [Fact]
    public async Task Open_WhatIsReferredToIsMissing_SaysSo()
    {
        await using StoreWorld world = await StoreWorld.StartAsync();
        SecretsException why = await Assert.ThrowsAsync<SecretsException>(() => world.ReadAsync(world.Store(StaticAuth), StoreWorld.Controller(), "a"));
        Assert.Equal(FailureReason.ReferenceMissing, why.Reason);
        Assert.Equal(
            "SecretStore shop/store: spec.provider.aws.auth.secretRef.accessKeyIDSecretRef: Secret shop/keys: it does not exist, or has no key id: create it, or correct the reference",
            why.Message);
        why = await Assert.ThrowsAsync<SecretsException>(() => world.ReadAsync(world.Store(JwtAuth), StoreWorld.Controller(), "a"));
        Assert.Contains("ServiceAccount shop/reader: it does not exist", why.Message, StringComparison.Ordinal);
        world.Accounts[("shop", "reader")] = new ServiceAccountFacts("u", new Dictionary<string, string>());
        why = await Assert.ThrowsAsync<SecretsException>(() => world.ReadAsync(world.Store(JwtAuth), StoreWorld.Controller(), "a"));
        Assert.Equal(FailureReason.RoleMissing, why.Reason);
        Assert.Contains("An IAM role must be associated with service account reader (namespace: shop)", why.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_ObtainsCredentialsAndCallsNothingElse()
    {
        await using StoreWorld world = await StoreWorld.StartAsync();
        world.Account("shop", "reader", PolicyDocument.Deny("*"));
        StorePlan plan = world.Store(JwtAuth);
        ProviderAccess access = await world.Provider.OpenAsync(plan, StoreWorld.Controller(), StoreWorld.Stop);
        await world.Provider.ValidateAsync(plan, access, StoreWorld.Stop);
        Assert.Equal(["AssumeRoleWithWebIdentity"], world.Server.Calls.All.Select(c => c.Operation));
        world.Server.Faults.Add(new Fault { Kind = FaultKind.Error, Code = "AccessDenied", Status = 403, Operation = "AssumeRoleWithWebIdentity" });
        world.Account("shop", "other");
        StorePlan refused = world.Store("""
            "auth": {"jwt": {"serviceAccountRef": {"name": "other"}}}
            """);
        access = await world.Provider.OpenAsync(refused, StoreWorld.Controller(), StoreWorld.Stop);
        SecretsException why = await Assert.ThrowsAsync<SecretsException>(() => world.Provider.ValidateAsync(refused, access, StoreWorld.Stop));
        Assert.Equal(FailureReason.Unauthenticated, why.Reason);
        Assert.StartsWith("SecretStore shop/store: no credentials for the role of service account other", why.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StaticAuth_ManyOpens_ReadEachKeyOnceInAFewSeconds()
    {
        await using StoreWorld world = await StoreWorld.StartAsync();
        world.Keys("shop", "keys", "static");
        StorePlan plan = world.Store(StaticAuth);
        for (int i = 0; i < 10; i++)
        {
            await world.Provider.OpenAsync(plan, StoreWorld.Controller(), StoreWorld.Stop);
        }

        Assert.Equal(2, world.ClusterCalls.Count);
        string before = (await world.Provider.OpenAsync(plan, StoreWorld.Controller(), StoreWorld.Stop)).Key;
        world.Keys("shop", "keys", "rotated");
        world.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(before, (await world.Provider.OpenAsync(plan, StoreWorld.Controller(), StoreWorld.Stop)).Key);
    }
}
