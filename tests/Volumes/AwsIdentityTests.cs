using System.Text.Json.Nodes;
using CsiSecrets.Tests.Aws.Iam;
using CsiSecrets.Tests.Harness;
using Grpc.Core;

namespace CsiSecrets.Tests.Volumes;

/// <summary>One pod's identity never reads what another's fetched: for each part of the credential key, through the whole driver.</summary>
public sealed class AwsIdentityTests : IAsyncLifetime
{
    private const string Objects = "[{objectName: db, objectType: secretsmanager}]";
    private const string Chained = "arn:aws:iam::111122223333:role/chained";
    private const string Other = "arn:aws:iam::111122223333:role/other";

    private AwsUnderTest aws = null!;

    public async ValueTask InitializeAsync()
    {
        aws = await AwsUnderTest.StartAsync();
        aws.Account("shop", "web");
        aws.Server.Seed.Secret("db", "first");
        aws.Server.Seed.Secret("db", "elsewhere", region: "eu-west-1");
        foreach (string role in (string[])[Chained, Other])
        {
            aws.Server.Seed.Role(role, PolicyDocument.Parse(
                """{"Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":["sts:AssumeRole","sts:TagSession"]}]}"""));
        }

        aws.Class("shop", "creds", Objects, ("region", "us-east-1"));
        aws.Class("bank", "creds", Objects, ("region", "us-east-1"));
    }

    public ValueTask DisposeAsync() => aws.DisposeAsync();

    [Fact]
    public async Task SameIdentity_TakesWhatItsTwinFetched()
    {
        await aws.Node.Pod("shop", "one", "creds", "web").PublishAsync();
        int calls = aws.Calls();
        await aws.Node.Pod("shop", "two", "creds", "web").PublishAsync();
        Assert.Equal(calls, aws.Calls());
    }

    [Theory]
    [InlineData("shop", "denied")]
    [InlineData("bank", "web")]
    public async Task OtherAccountOrNamespace_WithoutPermission_IsDenied(string ns, string account)
    {
        aws.Account(ns, account, PolicyDocument.Deny("secretsmanager:*"));
        await aws.Node.Pod("shop", "one", "creds", "web").PublishAsync();
        PodUnderTest pod = aws.Node.Pod(ns, "two", "creds", account);
        await pod.PublishFailsAsync(StatusCode.PermissionDenied);
        Assert.False(Directory.Exists(pod.TargetPath));
    }

    [Fact]
    public async Task AccountOfTheSameNameMadeAnew_IsAnotherIdentity()
    {
        PodUnderTest one = aws.Node.Pod("shop", "one", "creds", "web");
        await one.PublishAsync();
        aws.Node.Api.Delete("serviceaccounts", "shop", "web");
        aws.Account("shop", "web", PolicyDocument.Deny("secretsmanager:*"));
        PodUnderTest two = aws.Node.Pod("shop", "two", "creds", "web");
        Assert.NotEqual(one.ServiceAccountUid, two.ServiceAccountUid);
        await Assert.ThrowsAsync<RpcException>(() => two.PublishAsync());
        await aws.Node.PassAsync(TimeSpan.FromSeconds(61));
        await two.PublishFailsAsync(StatusCode.PermissionDenied);
    }

    [Fact]
    public async Task AnnotationMovedToARoleWithoutPermission_EndsAccessWithinAMinute()
    {
        await aws.Node.Pod("shop", "one", "creds", "web").PublishAsync();
        Role denied = aws.Server.Seed.Role(
            "denied", PolicyDocument.TrustWebIdentity(AwsUnderTest.Issuer, "system:serviceaccount:shop:web"), PolicyDocument.Deny("secretsmanager:*"));
        aws.Node.Cluster.Account("shop", "web", new JsonObject { ["eks.amazonaws.com/role-arn"] = denied.Arn });
        await aws.Node.PassAsync(TimeSpan.FromSeconds(61));
        await aws.Node.Pod("shop", "two", "creds", "web").PublishFailsAsync(StatusCode.PermissionDenied);
    }

    public static TheoryData<string> Parts => [.. Variants.Keys];

    private static Dictionary<string, (string Name, string Value)[]> Variants => new()
    {
        ["region"] = [("region", "eu-west-1")],
        ["failover region"] = [("failoverRegion", "eu-west-1")],
        ["role"] = [("role", Chained)],
        ["chain"] = [("role", Chained), ("additionalRoles", Other)],
        ["external id"] = [("role", Chained), ("externalID", "xyz")],
        ["session tags"] = [("role", Chained), ("sessionTags", "{a: b}")],
        ["pod identity"] = [("usePodIdentity", "true")],
    };

    [Theory]
    [MemberData(nameof(Parts))]
    public async Task OtherPartOfTheKey_ReadsForItself(string part)
    {
        // Each variant's plainer neighbours have fetched just before it.
        aws.Server.State.PodIdentity.Associate("shop", "web", aws.Server.Seed.Role("agent", PolicyDocument.TrustPodIdentity()).Arn);
        await aws.Node.Pod("shop", "plain", "creds", "web").PublishAsync();
        aws.Class("shop", "role", Objects, ("region", "us-east-1"), ("role", Chained));
        if (part is not "role")
        {
            await aws.Node.Pod("shop", "chained", "role", "web").PublishAsync();
        }

        int reads = Reads();
        (string Name, string Value)[] parameters = Variants[part];
        aws.Class("shop", "variant", Objects, [.. parameters.Any(p => p.Name == "region") ? [] : ((string, string)[])[("region", "us-east-1")], .. parameters]);
        PodUnderTest pod = aws.Node.Pod("shop", "variant", "variant", "web");
        await pod.PublishAsync();
        Assert.Equal(part == "region" ? "elsewhere" : "first", pod.Read("db"));
        Assert.Equal(reads + 1, Reads());
    }

    [Fact]
    public async Task PodIdentity_EachPodReadsForItself()
    {
        aws.Server.State.PodIdentity.Associate("shop", "web", aws.Server.Seed.Role("agent", PolicyDocument.TrustPodIdentity()).Arn);
        aws.Class("shop", "agent", Objects, ("region", "us-east-1"), ("usePodIdentity", "true"));
        await aws.Node.Pod("shop", "one", "agent", "web").PublishAsync();
        int reads = Reads();
        await aws.Node.Pod("shop", "two", "agent", "web").PublishAsync();
        Assert.Equal(reads + 1, Reads());
    }

    [Fact]
    public async Task StaticKeys_OthersReadForThemselves()
    {
        AccessKey key = aws.Server.Seed.User("one");
        AccessKey denied = aws.Server.Seed.User("two", policies: PolicyDocument.Deny("secretsmanager:*"));
        PodUnderTest first = aws.Node.Pod("shop", "one", "creds", "web");
        (first.Secrets["access_key_id"], first.Secrets["secret_access_key"]) = (key.Id, key.Secret);
        await first.PublishAsync();
        PodUnderTest second = aws.Node.Pod("shop", "two", "creds", "web");
        (second.Secrets["access_key_id"], second.Secrets["secret_access_key"]) = (denied.Id, denied.Secret);
        await second.PublishFailsAsync(StatusCode.PermissionDenied);
        PodUnderTest third = aws.Node.Pod("shop", "three", "creds", "web");
        (third.Secrets["access_key_id"], third.Secrets["secret_access_key"]) = (key.Id, denied.Secret);
        await Assert.ThrowsAsync<RpcException>(() => third.PublishAsync());
    }

    [Fact]
    public async Task TokenMissing_IsRefusedWithWhatToConfigure_AndALiveVolumeKeepsItsFiles()
    {
        PodUnderTest live = aws.Node.Pod("shop", "one", "creds", "web");
        live.TokenLife = TimeSpan.FromSeconds(5);
        await live.PublishAsync();
        aws.Node.Kubelet.Audiences = [];
        string message = await aws.Node.Pod("shop", "two", "creds", "web").PublishFailsAsync(StatusCode.FailedPrecondition);
        Assert.Contains("tokenRequest", message);

        await aws.Node.PassAsync(TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(3));
        await live.PublishAsync();
        Assert.Equal("first", live.Read("db"));
        Assert.Contains("tokenRequest", (await live.StatsAsync()).VolumeCondition.Message);
    }

    private int Reads() => aws.Calls("GetSecretValue") + aws.Calls("BatchGetSecretValue");
}
