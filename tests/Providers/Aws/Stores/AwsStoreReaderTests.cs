using CsiSecrets.AwsApi;
using CsiSecrets.Model;
using CsiSecrets.Providers.Aws;
using CsiSecrets.Providers.Aws.Stores;

namespace CsiSecrets.Tests.Providers.Aws.Stores;

public class AwsStoreReaderTests
{
    [Theory]
    [InlineData("""{"region": "us-east-1"}""", "service: must be set")]
    [InlineData("""{"service": "SecretsManager"}""", "region: must be set")]
    [InlineData("""{"service": "CertificateManager", "region": "us-east-1"}""", "service: this version does not have CertificateManager")]
    [InlineData("""{"service": "S3", "region": "us-east-1"}""", "service: unknown AWS Provider Service: S3")]
    [InlineData("""{"service": "SecretsManager", "region": "evil.example/#"}""", "region: region not found")]
    [InlineData("""{"service": "SecretsManager", "region": "us-east-1\n"}""", "region: region not found")]
    [InlineData("""{"service": "SecretsManager", "region": "us-east-1", "role": "r"}""", "role: must be the ARN of an IAM role")]
    [InlineData("""{"service": "SecretsManager", "region": "us-east-1", "additionalRoles": ["x"]}""", "additionalRoles[0]: must be the ARN")]
    [InlineData("""{"service": "SecretsManager", "region": "us-east-1", "auth": {"jwt": {}}}""", "auth.jwt.serviceAccountRef: must be set")]
    [InlineData("""{"service": "SecretsManager", "region": "us-east-1", "auth": {"secretRef": {}}}""", "auth.secretRef.accessKeyIDSecretRef: must be set")]
    [InlineData("""{"service": "SecretsManager", "region": "us-east-1", "sessionTagsPolicy": "All"}""", "sessionTagsPolicy: must be None, Simple or Custom")]
    [InlineData("""{"service": "SecretsManager", "region": "us-east-1", "customSessionTags": {"esoNamespace": "x"}}""", "customSessionTags.esoNamespace: is reserved")]
    [InlineData("""{"service": "SecretsManager", "region": "us-east-1", "secretsManager": {"recoveryWindowInDays": 3}}""", "secretsManager.recoveryWindowInDays: must be from 7 to 30")]
    [InlineData("""{"service": "SecretsManager", "region": "us-east-1", "secretsManager": {"recoveryWindowInDays": 7, "forceDeleteWithoutRecovery": true}}""", "secretsManager.forceDeleteWithoutRecovery: excludes")]
    [InlineData("""{"service": 1, "region": "us-east-1"}""", "service: must be text")]
    public void Read_WrongField_IsNamed(string settings, string error)
    {
        SecretsException why = Assert.Throws<SecretsException>(() => AwsStoreReader.Read(StoreManifests.Store(settings)));
        Assert.Equal(FailureReason.StoreInvalid, why.Reason);
        Assert.StartsWith("SecretStore shop/store: ", why.Message, StringComparison.Ordinal);
        Assert.Contains("spec.provider.aws." + error, why.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ForeignNamespace_OnlyAClusterSecretStoreMay()
    {
        const string Settings = """
            {"service": "ParameterStore", "region": "us-east-1", "auth": {"jwt": {"serviceAccountRef": {"name": "a", "namespace": "bank"}}}}
            """;
        SecretsException why = Assert.Throws<SecretsException>(() => AwsStoreReader.Read(StoreManifests.Store(Settings)));
        Assert.Contains("auth.jwt.serviceAccountRef.namespace: must be empty or shop", why.Message, StringComparison.Ordinal);
        var account = Assert.IsType<AwsStoreAuth.ServiceAccount>(AwsStoreReader.Read(StoreManifests.ClusterStore(Settings)).Auth);
        Assert.Equal("bank", account.Reference.Namespace);
    }

    [Fact]
    public void Read_RetrySettings_AttemptsAndFixedDelay()
    {
        const string Settings = """{"service": "SecretsManager", "region": "us-east-1"}""";
        Assert.Null(AwsStoreReader.Read(StoreManifests.Store(Settings)).Retry);
        Assert.Equal(new AwsRetry(7, null), AwsStoreReader.Read(StoreManifests.Store(Settings, 7)).Retry);
        Assert.Equal(
            new AwsRetry(3, TimeSpan.FromSeconds(2)), AwsStoreReader.Read(StoreManifests.Store(Settings, null, TimeSpan.FromSeconds(2))).Retry);
    }

    [Theory]
    [InlineData("SecretsManager", "", null, null)]
    [InlineData("SecretsManager", "uuid/4ab1", "4ab1", null)]
    [InlineData("SecretsManager", "AWSPREVIOUS", null, "AWSPREVIOUS")]
    [InlineData("ParameterStore", "3", "3", null)]
    [InlineData("ParameterStore", "label", "label", null)]
    public void Plan_Version_IsWhatThePeerMakesOfIt(string service, string version, string? id, string? label)
    {
        AwsStorePlan plan = AwsStoreReader.Read(StoreManifests.Store($$"""{"service": "{{service}}", "region": "us-east-1", "prefix": "team/"}"""));
        AwsObjectRequest request = StoreObjects.Of(plan.Service, plan.Prefix + "db", version, tags: false);
        Assert.Equal(new AwsObjectRef("team/db", id, label), request.Primary);
    }

    [Fact]
    public void Plan_PropertyApart_EachPartOfAnObjectIsAnotherKey()
    {
        string[] keys =
        [
            StoreObjects.Of(AwsStore.SecretsManager, "db", "", false).ObjectKey,
            StoreObjects.Of(AwsStore.SecretsManager, "db", "", true).ObjectKey,
            StoreObjects.Of(AwsStore.SecretsManager, "db", "v", false).ObjectKey,
            StoreObjects.Of(AwsStore.SecretsManager, "db", "uuid/v", false).ObjectKey,
            StoreObjects.Of(AwsStore.ParameterStore, "db", "", false).ObjectKey,
            StoreObjects.Of(AwsStore.ParameterStore, "db", "v", false).ObjectKey,
        ];
        Assert.Equal(keys.Length, keys.Distinct().Count());
    }
}
