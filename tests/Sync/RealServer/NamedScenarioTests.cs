using CsiSecrets.Kube;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Tests.Aws.Iam;
using CsiSecrets.Tests.Aws.Oidc;
using CsiSecrets.Tests.Kube;
using CsiSecrets.Tests.Providers.Aws.Stores;
using CsiSecrets.Tests.Sync.RealServer.PeerCases;

namespace CsiSecrets.Tests.Sync.RealServer;

/// <summary>The rest of the peer's end-to-end scenarios, by their names: what needs more than one manifest, or time.</summary>
[Collection(RealServerOfControllers.Name)]
public sealed class NamedScenarioTests(RealApiServer server)
{
    private const string Simple = "{secretStoreRef: {name: main}, data: [{secretKey: password, remoteRef: {key: db} }]}";

    [Fact]
    [PeerCase("SyncWithoutTargetName")]
    public async Task SyncWithoutTargetName_TheSecretHasTheManifestsName()
    {
        await using RealController controller = await RealController.StartAsync(server);
        controller.Aws.Seed.Secret("db", "first");
        await controller.PutAsync("ExternalSecret", "named", Simple);
        await controller.SyncedAsync("named");
        await controller.HoldsAsync("named", ("password", "first"));
        Assert.Equal("named", (string?)(await controller.GetAsync("ExternalSecret", "named"))!["status"]!["binding"]!["name"]);
    }

    [Fact]
    [PeerCase("JSONDataWithoutTargetName")]
    public async Task JSONDataWithoutTargetName_PropertiesOfOneSecret()
    {
        await using RealController controller = await RealController.StartAsync(server);
        controller.Aws.Seed.Secret("person", """{"name": {"first": "Tom"}, "age": 42}""");
        await controller.PutAsync(
            "ExternalSecret", "person",
            "{secretStoreRef: {name: main}, data: [{secretKey: first, remoteRef: {key: person, property: name.first} }, {secretKey: age, remoteRef: {key: person, property: age} }]}");
        await controller.HoldsAsync("person", ("age", "42"), ("first", "Tom"));
        Assert.Equal(1, controller.Aws.Calls.Count("GetSecretValue") + controller.Aws.Calls.Count("BatchGetSecretValue"));
    }

    [Fact]
    [PeerCase("TemplateFromConfigmaps")]
    public async Task TemplateFromConfigmaps_AndSecrets_AreRendered()
    {
        await using RealController controller = await RealController.StartAsync(server);
        controller.Aws.Seed.Secret("db", "pw");
        await controller.CreateAsync("", "v1", "configmaps", "ConfigMap", "texts", """{"data":{"conf":"pass={{ .password }}","pairs":"a: {{ .password }}1\nb: two"}}""");
        await controller.CreateAsync("", "v1", "secrets", "Secret", "more", """{"stringData":{"url":"db://{{ .password }}@host"}}""");
        await controller.PutAsync("ExternalSecret", "app", """
            secretStoreRef: {name: main}
            target:
              template:
                templateFrom:
                - configMap: {name: texts, items: [{key: conf}, {key: pairs, templateAs: KeysAndValues}]}
                - secret: {name: more, items: [{key: url}]}
            data: [{secretKey: password, remoteRef: {key: db} }]
            """);
        await controller.HoldsAsync("app", ("a", "pw1"), ("b", "two"), ("conf", "pass=pw"), ("url", "db://pw@host"));
    }

    [Fact]
    [PeerCase("DeletionPolicyDelete")]
    public async Task DeletionPolicyDelete_TheSecretGoesWhenAllOfItIsGoneAtTheProvider()
    {
        await using RealController controller = await RealController.StartAsync(server);
        controller.Aws.Seed.Secret("a", "1");
        controller.Aws.Seed.Secret("b", "2");
        await controller.PutAsync("ExternalSecret", "app", """
            secretStoreRef: {name: main}
            refreshInterval: 1s
            target: {deletionPolicy: Delete}
            data: [{secretKey: a, remoteRef: {key: a} }, {secretKey: b, remoteRef: {key: b} }]
            """);
        await controller.HoldsAsync("app", ("a", "1"), ("b", "2"));

        // Scheduled for deletion, as AWS has it (D1).
        controller.Delete("a");
        await controller.HoldsAsync("app", ("b", "2"));
        await controller.SyncedAsync();
        controller.Delete("b");
        await controller.ReadyAsync("ExternalSecret", "app", "True SecretDeleted secret deleted due to DeletionPolicy=Delete");
        Assert.Null(await controller.GetAsync("Secret", "app"));
    }

    [Theory]
    [InlineData("FindByNameWithPath", "{name: {regexp: db}, path: app/}", "app_db app_db2")]
    [InlineData("FindByTag", "{tags: {team: blue} }", "app_db other_x")]
    [InlineData("FindByTagWithPath", "{tags: {team: blue}, path: app/}", "app_db")]
    [PeerCase("FindByNameWithPath")]
    [PeerCase("FindByTag")]
    [PeerCase("FindByTagWithPath")]
    public async Task Find_ByPathAndTags(string scenario, string find, string keys)
    {
        Assert.NotEmpty(scenario);
        await using RealController controller = await RealController.StartAsync(server);
        controller.Aws.Seed.Secret("app/db", "1", tags: StoreWorld.Tags(("team", "blue")));

        // The right key, and on another tag the right value (D12).
        controller.Aws.Seed.Secret("app/db2", "2", tags: StoreWorld.Tags(("team", "red"), ("colour", "blue")));
        controller.Aws.Seed.Secret("other/x", "3", tags: StoreWorld.Tags(("team", "blue")));
        await controller.PutAsync("ExternalSecret", "app", $"{{secretStoreRef: {{name: main}}, dataFrom: [{{find: {find} }}]}}");
        await controller.SyncedAsync();
        Assert.Equal(keys.Split(' '), (await controller.DataAsync("app"))!.Keys);
    }

    [Fact]
    [PeerCase("StatusNotUpdatedAfterSuccessfulSync")]
    public async Task StatusNotUpdatedAfterSuccessfulSync_NothingIsWrittenWhereNothingIsDue()
    {
        await using RealController controller = await RealController.StartAsync(server);
        controller.Aws.Seed.Secret("db", "first");
        await controller.PutAsync("ExternalSecret", "app", Simple);
        await controller.SyncedAsync();
        string before = (string)(await controller.GetAsync("ExternalSecret", "app"))!["metadata"]!["resourceVersion"]!;
        string secret = (string)(await controller.GetAsync("Secret", "app"))!["metadata"]!["resourceVersion"]!;

        // Another process looks at everything anew; a second object shows that it is done with the first.
        await controller.RestartAsync();
        await controller.PutAsync("ExternalSecret", "later", Simple);
        await controller.SyncedAsync("later");

        Assert.Equal(before, (string)(await controller.GetAsync("ExternalSecret", "app"))!["metadata"]!["resourceVersion"]!);
        Assert.Equal(secret, (string)(await controller.GetAsync("Secret", "app"))!["metadata"]!["resourceVersion"]!);
    }

    [Theory]
    [InlineData("SecretsManager", "db")]
    [InlineData("ParameterStore", "/db")]
    [PeerCase("static auth")]
    public async Task StaticAuth_TheKeysOfASecret(string service, string key)
    {
        await using RealController controller = await RealController.StartAsync(server, c => c.PutAsync("SecretStore", "keys", RealController.StoreOf(service)));
        controller.Aws.Seed.Secret("db", "first");
        controller.Aws.Seed.Parameter("/db", "first", "SecureString");
        await controller.ReadyAsync("SecretStore", "keys", "True Valid store validated");
        await controller.PutAsync("ExternalSecret", "app", $"{{secretStoreRef: {{name: keys}}, data: [{{secretKey: password, remoteRef: {{key: {key}}} }}]}}");
        await controller.HoldsAsync("app", ("password", "first"));
        Assert.EndsWith($"user/eso-{controller.Ns}", controller.Aws.Calls.All[^1].Principal, StringComparison.Ordinal);
    }

    [Fact]
    [PeerCase("JSONDataFromRewrite")]
    public async Task JSONDataFromRewrite_TheKeysOfOneSecretAreRenamed()
    {
        await using RealController controller = await RealController.StartAsync(server);
        controller.Aws.Seed.Secret("db", """{"username": "a", "password": "b"}""");
        await controller.PutAsync(
            "ExternalSecret", "app", """{secretStoreRef: {name: main}, dataFrom: [{extract: {key: db}, rewrite: [{regexp: {source: "(.*)", target: "my_$1"} }] }]}""");
        await controller.HoldsAsync("app", ("my_password", "b"), ("my_username", "a"));
    }

    [Theory]
    [InlineData("{name: {regexp: db}, path: /app}", "_app_db _app_sub_db2")]
    [InlineData("{tags: {team: blue} }", "_app_db _other_x")]
    [InlineData("{tags: {team: blue}, path: /app}", "_app_db")]
    public async Task Find_ByPathAndTags_OfParameters(string find, string keys)
    {
        await using RealController controller = await RealController.StartAsync(server, c => c.PutAsync("SecretStore", "parameters", RealController.StoreOf("ParameterStore")));
        foreach ((string name, string team) in ((string, string)[])[("/app/db", "blue"), ("/app/sub/db2", "red"), ("/other/x", "blue")])
        {
            controller.Aws.Seed.Parameter(name, "v", "SecureString");
            lock (controller.Aws.State.Parameters.Gate)
            {
                controller.Aws.State.Parameters.Find("us-east-1", name)!.Tags = StoreWorld.Tags(("team", team));
            }
        }

        await controller.PutAsync("ExternalSecret", "app", $"{{secretStoreRef: {{name: parameters}}, dataFrom: [{{find: {find} }}]}}");
        await controller.SyncedAsync();
        Assert.Equal(keys.Split(' '), (await controller.DataAsync("app"))!.Keys);
    }

    [Fact]
    [PeerCase("referent static auth")]
    public async Task ReferentStaticAuth_AClusterSecretStoreReadsTheKeysOfEachNamespace()
    {
        string store = $"referent-{Guid.NewGuid():N}";
        await using RealController controller = await RealController.StartAsync(server, c => c.PutAsync("ClusterSecretStore", store, RealController.StoreOf()));
        controller.Aws.Seed.Secret("db", "first");
        await controller.ReadyAsync("ClusterSecretStore", store, "True Valid store validated");
        await controller.PutAsync("ExternalSecret", "app", $"{{secretStoreRef: {{name: {store}, kind: ClusterSecretStore}}, data: [{{secretKey: password, remoteRef: {{key: db}} }}]}}");
        await controller.HoldsAsync("app", ("password", "first"));
        Assert.EndsWith($"user/eso-{controller.Ns}", controller.Aws.Calls.All[^1].Principal, StringComparison.Ordinal);
        await controller.DeleteAsync("ClusterSecretStore", store);
    }

    [Fact]
    [PeerCase("referenced IRSA")]
    public async Task ReferencedIrsa_TheServersTokenAssumesTheRole()
    {
        await using RealController controller = await RealController.StartAsync(server);
        Role role = await AccountAsync(controller, "reader");
        controller.Aws.Seed.Secret("db", "first");
        await controller.PutAsync("SecretStore", "irsa", "provider: {aws: {service: SecretsManager, region: us-east-1, auth: {jwt: {serviceAccountRef: {name: reader} } } } }");
        await controller.ReadyAsync("SecretStore", "irsa", "True Valid");
        await controller.PutAsync("ExternalSecret", "app", "{secretStoreRef: {name: irsa}, data: [{secretKey: password, remoteRef: {key: db} }]}");
        await controller.HoldsAsync("app", ("password", "first"));
        Assert.Equal(role.Arn, Assert.Single(controller.Aws.State.Credentials.Sessions).Owner.RoleArn);
    }

    [Fact]
    [PeerCase("mounted IRSA")]
    public async Task MountedIrsa_TheControllersOwnIdentity()
    {
        string file = Path.GetTempFileName();
        await using RealController controller = await RealController.StartAsync(server, async c =>
        {
            Role role = await AccountAsync(c, "controller");
            await File.WriteAllTextAsync(file, (await c.Client.CreateTokenAsync(
                new ObjectKey(c.Ns, "controller"), new TokenRequestSpec { Audiences = ["sts.amazonaws.com"], ExpirationSeconds = 3600 }, TestContext.Current.CancellationToken))!.Token);
            c.Variable("AWS_WEB_IDENTITY_TOKEN_FILE", file);
            c.Variable("AWS_ROLE_ARN", role.Arn);
            await c.PutAsync("SecretStore", "own", "provider: {aws: {service: SecretsManager, region: us-east-1} }");
        });
        controller.Aws.Seed.Secret("db", "first");
        await controller.PutAsync("ExternalSecret", "app", "{secretStoreRef: {name: own}, data: [{secretKey: password, remoteRef: {key: db} }]}");
        await controller.HoldsAsync("app", ("password", "first"));
        File.Delete(file);
    }

    [Fact]
    [PeerCase("external id")]
    [PeerCase("session tags")]
    public async Task ExternalId_AndSessionTags_GoWithTheRole()
    {
        AccessKey? key = null;
        await using RealController controller = await RealController.StartAsync(server, async c => key = await c.KeysAsync("chain-keys", "chain"));
        Role role = controller.Aws.Seed.Role("guarded", PolicyDocument.TrustPrincipal(key!.Owner.Arn, "ext-1"));
        controller.Aws.Seed.Secret("db", "first");
        await controller.PutAsync("SecretStore", "chain", RealController.StoreOf(secret: "chain-keys", more: $"role: {role.Arn}\n    externalID: ext-1\n    sessionTagsPolicy: Simple"));
        await controller.PutAsync("ExternalSecret", "app", "{secretStoreRef: {name: chain}, data: [{secretKey: password, remoteRef: {key: db} }]}");
        await controller.HoldsAsync("app", ("password", "first"));
        Principal session = Assert.Single(controller.Aws.State.Credentials.Sessions).Owner;
        Assert.Equal((controller.Ns, "chain", "SecretStore"), (session.Tags["esoNamespace"], session.Tags["esoStoreName"], session.Tags["esoStoreKind"]));
        await controller.PutAsync("SecretStore", "wrong", RealController.StoreOf(secret: "chain-keys", more: $"role: {role.Arn}\n    externalID: other"));
        await controller.ReadyAsync("SecretStore", "wrong", "False InvalidProviderConfig unable to validate store: ");
    }

    [Fact]
    [PeerCase("versioned parameter")]
    public async Task VersionedParameter_ReadsTheVersion()
    {
        await using RealController controller = await RealController.StartAsync(server, c => c.PutAsync("SecretStore", "parameters", RealController.StoreOf("ParameterStore")));
        controller.Aws.Seed.Parameter("/db", "first");
        controller.Aws.Seed.Parameter("/db", "second");
        await controller.PutAsync("ExternalSecret", "app", """
            secretStoreRef: {name: parameters}
            data: [{secretKey: old, remoteRef: {key: /db, version: "1"} }, {secretKey: new, remoteRef: {key: /db} }]
            """);
        await controller.HoldsAsync("app", ("new", "second"), ("old", "first"));
    }

    [Fact]
    [PeerCase("tagged simple sync")]
    public async Task TaggedSimpleSync_MetadataPolicyFetch_GivesTheTags()
    {
        await using RealController controller = await RealController.StartAsync(server);
        controller.Aws.Seed.Secret("db", "first", tags: StoreWorld.Tags(("team", "blue")));
        await controller.PutAsync("ExternalSecret", "app", """
            secretStoreRef: {name: main}
            data: [{secretKey: team, remoteRef: {key: db, metadataPolicy: Fetch, property: team} }]
            """);
        await controller.HoldsAsync("app", ("team", "blue"));
    }

    /// <summary>A ServiceAccount with a role that tokens of this API server may assume.</summary>
    private static async Task<Role> AccountAsync(RealController controller, string name)
    {
        const string Issuer = "https://kubernetes.default.svc.cluster.local";
        controller.Aws.Seed.Oidc(OidcProvider.FromPem(Issuer, controller.ServiceAccountPublicKey(), "sts.amazonaws.com"));
        Role role = controller.Aws.Seed.Role($"{controller.Ns}-{name}", PolicyDocument.TrustWebIdentity(Issuer, $"system:serviceaccount:{controller.Ns}:{name}"));
        await controller.Client.CreateAsync(
            ResourceTypes.ServiceAccounts,
            new ServiceAccount
            {
                Metadata = new ObjectMeta
                {
                    Namespace = controller.Ns,
                    Name = name,
                    Annotations = new Dictionary<string, string> { ["eks.amazonaws.com/role-arn"] = role.Arn },
                },
            },
            TestContext.Current.CancellationToken);
        return role;
    }
}
