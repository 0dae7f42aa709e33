using CsiSecrets.Model;
using CsiSecrets.Providers.Aws.Stores;
using CsiSecrets.Providers.Kubernetes;
using CsiSecrets.Providers.Stores;
using CsiSecrets.Tests.Providers;
using CsiSecrets.Tests.Sync;

namespace CsiSecrets.Tests.Hostile;

/// <summary>Every field that the CRD of the stores has, spoilt in every way, through the whole controller: NotReady with the field's name and an
/// event; the Secrets of its users stay, and other stores go on.</summary>
public sealed class StoreFieldTests(StoreFieldTests.SharedController shared) : IClassFixture<StoreFieldTests.SharedController>
{
    public static TheoryData<string> Paths => HostileStore.Paths;

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task ClusterSecretStore_FieldSpoilt_TellsWhich(string path)
    {
        foreach (SpoiltField spoilt in HostileStore.Ways(path))
        {
            await RefusedAsync("ClusterSecretStore", spoilt.In(HostileStore.Around()).ToJsonString(), spoilt.Says);
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task SecretStore_FieldSpoilt_TellsWhich(string path)
    {
        SpoiltField[] ways = [.. HostileStore.Ways(path)];
        if (ways.Length > 0)
        {
            await RefusedAsync("SecretStore", ways[^1].In(HostileStore.Around()).ToJsonString(), ways[^1].Says);
        }
    }

    [Fact]
    public void EveryFreeText_HasItsCasesOrAReasonWhyNot()
    {
        string[] free = [.. HostileStore.Fields.Where(static f => f.IsFree).Select(static f => f.Path)];
        Assert.Empty(free.Except(HostileStore.Texts.Keys).Except(HostileStore.Exempt.Keys));
        Assert.Equal(
            HostileStore.Fields.Select(static f => (f.Path, f.Type)), SchemaField.Of("secretstores").Select(static f => (f.Path, f.Type)));
    }

    [Theory]
    [InlineData("{}", "spec.provider")]
    [InlineData("""{"a":{},"b":{}}""", "spec.provider")]
    [InlineData("""{"vault":{"server":"x"}}""", "spec.provider.vault")]
    [InlineData("""{"..":{}}""", "spec.provider...")]
    [InlineData("""{"re\u0000mo\nte":{}}""", "spec.provider.re?mo te")]
    [InlineData("""{"fake":{"data":[{"key":5,"value":{}},"x"],"validationResult":9}}""", "fake.data[0].key,fake.data[0].value,fake.data[1],fake.validationResult")]
    public async Task Provider_SettingsSpoilt_TellsWhich(string provider, string says)
    {
        await RefusedAsync("SecretStore", HostileStore.Around(provider).ToJsonString(), says.Split(','));
    }

    [Theory]
    [InlineData("aws", """[]""", "aws: must be an object")]
    [InlineData("aws", """{"service":5,"region":[],"auth":"x","role":{},"additionalRoles":"x","sessionTags":5,"customSessionTags":[],"transitiveTagKeys":[5],"externalID":true,"prefix":5,"secretsManager":[]}""", "aws.service,aws.region,aws.auth,aws.role,aws.additionalRoles,aws.sessionTags,aws.customSessionTags,aws.transitiveTagKeys[0],aws.externalID,aws.prefix,aws.secretsManager")]
    [InlineData("aws", """{"service":"S3\nlevel=info","region":"../../x","role":"admin","additionalRoles":["arn:aws:s3:::x"],"sessionTagsPolicy":"All"}""", "aws.service,aws.region,aws.role,aws.additionalRoles[0],aws.sessionTagsPolicy")]
    [InlineData("aws", """{"service":"SecretsManager","region":"us-east-1","auth":{"jwt":{"serviceAccountRef":{"name":"","namespace":"other","audiences":"x"}}}}""", "aws.auth.jwt.serviceAccountRef.name,serviceAccountRef.audiences")]
    [InlineData("aws", """{"service":"SecretsManager","region":"us-east-1","auth":{"secretRef":{"accessKeyIDSecretRef":{"name":5,"key":[]}}}}""", "accessKeyIDSecretRef.name,accessKeyIDSecretRef.key,secretAccessKeySecretRef")]
    [InlineData("kubernetes", """{"server":{"url":"ftp://x","caBundle":"***","caProvider":{"type":"File","name":"","key":5}},"auth":{"token":{},"cert":{}},"remoteNamespace":5}""", "kubernetes.server.url,server.caBundle,caProvider.type,caProvider.name,caProvider.key,kubernetes.auth,kubernetes.remoteNamespace")]
    public void Provider_SettingsSpoilt_AreAllTold(string provider, string settings, string says)
    {
        StoreSource store = StoreManifests.Store(settings);
        SecretsException e = Assert.Throws<SecretsException>(() => _ = provider == "aws" ? (StorePlan)AwsStoreReader.Read(store) : KubernetesReader.Read(store));
        Assert.Equal(FailureReason.StoreInvalid, e.Reason);
        Remains.Says(e.Message, [.. says.Split(',').Select(static s => s.Contains("aws", StringComparison.Ordinal) || s.Contains("kubernetes", StringComparison.Ordinal) ? $"spec.provider.{s}" : s)]);
    }

    [Fact]
    public async Task Provider_10000WrongEntries_IsAReadableMessage()
    {
        string entries = string.Join(',', Enumerable.Repeat("""{"key":5}""", 10_000));
        await RefusedAsync("SecretStore", HostileStore.Around($$$"""{"fake":{"data":[{{{entries}}}]}}""").ToJsonString(), "spec.provider.fake.data[0].key", "more");
    }

    private async Task RefusedAsync(string kind, string spec, params string[] says)
    {
        ControllerUnderTest controller = shared.Controller;
        string name = shared.NextName();
        string resource = kind.ToLowerInvariant() + "s";
        string ns = kind == "SecretStore" ? ControllerUnderTest.Ns : "";
        string Ready() => controller.Ready(resource, name, ns);
        controller.Put(kind, name, """{"provider":{"remote":{}}}""");
        await ControllerUnderTest.UntilAsync(() => Ready().StartsWith("True", StringComparison.Ordinal), $"{name} is good");
        controller.Put("ExternalSecret", name, $$$"""{"secretStoreRef":{"name":"{{{name}}}","kind":"{{{kind}}}"},"refreshInterval":"1h","data":[{"secretKey":"password","remoteRef":{"key":"db"}}]}""");
        await controller.SyncedAsync(name);
        string secret = controller.Secret(name)!.ToJsonString();

        controller.Put(kind, name, spec);
        await ControllerUnderTest.UntilAsync(() => Ready().StartsWith("False", StringComparison.Ordinal), $"{name} is refused: {spec[..Math.Min(300, spec.Length)]}");
        Remains.Says(Ready(), ["False InvalidProviderConfig unable to create client: ", kind, .. says]);

        // Until the controller's own watch shows the refusal, a look may go by the store as it was.
        string seen = $"{kind.ToLowerInvariant()}_status_condition{{name=\"{name}\",namespace=\"{ns}\",condition=\"Ready\",status=\"False\"}} 1";
        await ControllerUnderTest.UntilAsync(() => controller.Meters.Expose().Contains(seen, StringComparison.Ordinal), $"the refusal of {name}, seen by the controller's own watch");
        controller.Annotate("externalsecrets", name, "force-sync", "1");
        await controller.PassUntilAsync(() => controller.Ready(name: name).StartsWith("False SecretSyncedError", StringComparison.Ordinal), TimeSpan.FromMinutes(5), $"{name} tells of its store");
        Assert.Equal(secret, controller.Secret(name)!.ToJsonString());
        await controller.PassUntilAsync(() => controller.Api.All("events").Any(e => (string?)e["involvedObject"]!["name"] == name && (string?)e["reason"] == "InvalidProviderConfig"),
            TimeSpan.FromMinutes(3), $"an event of {name}");
    }

    /// <summary>One controller for all cases.</summary>
    public sealed class SharedController : IAsyncLifetime
    {
        private int last;

        internal ControllerUnderTest Controller { get; private set; } = null!;

        public string NextName() => $"store-{Interlocked.Increment(ref last)}";

        public async ValueTask InitializeAsync()
        {
            Controller = await ControllerUnderTest.StartAsync();
            Controller.Remote.Put("db", "first");
        }

        public ValueTask DisposeAsync() => Controller.DisposeAsync();
    }
}
