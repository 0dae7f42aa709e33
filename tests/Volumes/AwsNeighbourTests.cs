using CsiSecrets.Tests.Aws.Hosting;
using CsiSecrets.Tests.Aws.Iam;
using CsiSecrets.Tests.Harness;
using Grpc.Core;

namespace CsiSecrets.Tests.Volumes;

/// <summary>Two classes of one ServiceAccount that differ in one part of a role chain alone: neither takes what the other fetched, and who may
/// not read is denied although a neighbour has just read.</summary>
public sealed class AwsNeighbourTests : IAsyncLifetime
{
    private const string Objects = "[{objectName: db, objectType: secretsmanager}]";
    private const string One = "arn:aws:iam::111122223333:role/one";
    private const string Two = "arn:aws:iam::111122223333:role/two";
    private const string Last = "arn:aws:iam::111122223333:role/last";

    private AwsUnderTest aws = null!;
    private AwsServer? elsewhere;
    private Uri? endpoint;

    public static TheoryData<string> Parts => [.. Pairs.Keys];

    private static Dictionary<string, ((string, string)[] First, (string, string)[] Second)> Pairs => new()
    {
        ["chain order"] = ([("role", Last), ("additionalRoles", $"[{One}, {Two}]")], [("role", Last), ("additionalRoles", $"[{Two}, {One}]")]),
        ["chain length"] = ([("role", Last), ("additionalRoles", $"[{One}]")], [("role", Last), ("additionalRoles", $"[{One}, {Two}]")]),
        ["last role"] = ([("role", One), ("additionalRoles", $"[{Last}]")], [("role", Two), ("additionalRoles", $"[{Last}]")]),
        ["external id"] = ([("role", Last), ("externalID", "abc")], [("role", Last), ("externalID", "abd")]),
        ["a tag's value"] = ([("role", Last), ("sessionTags", "{a: b}")], [("role", Last), ("sessionTags", "{a: c}")]),
        ["a tag's name"] = ([("role", Last), ("sessionTags", "{a: b}")], [("role", Last), ("sessionTags", "{c: b}")]),
        ["where a tag's name ends"] = ([("role", Last), ("sessionTags", "{a: bc}")], [("role", Last), ("sessionTags", "{ab: c}")]),
        ["transitive tags"] = ([("role", Last), ("sessionTags", "{a: b, c: d}"), ("transitiveTagKeys", "[a]")], [("role", Last), ("sessionTags", "{a: b, c: d}"), ("transitiveTagKeys", "[c]")]),
        ["no transitive tag"] = ([("role", Last), ("sessionTags", "{a: b}")], [("role", Last), ("sessionTags", "{a: b}"), ("transitiveTagKeys", "[a]")]),
    };

    public async ValueTask InitializeAsync()
    {
        aws = await AwsUnderTest.StartAsync(environment: e => endpoint is null ? e : e with { Endpoints = new Dictionary<string, Uri> { [""] = endpoint } });
        aws.Account("shop", "web");
        aws.Server.Seed.Secret("db", "first");
        foreach (string role in (string[])[One, Two, Last])
        {
            aws.Server.Seed.Role(role, PolicyDocument.TrustPrincipal("*"));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await aws.DisposeAsync();
        if (elsewhere is not null)
        {
            await elsewhere.DisposeAsync();
        }
    }

    [Theory]
    [MemberData(nameof(Parts))]
    public async Task OtherInOnePart_ReadsForItself(string part)
    {
        ((string, string)[] first, (string, string)[] second) = Pairs[part];
        Class("first", first);
        Class("second", second);
        await aws.Node.Pod("shop", "one", "first", "web").PublishAsync();
        (int reads, int roles) = (Reads(), aws.Calls("AssumeRole"));

        PodUnderTest other = aws.Node.Pod("shop", "two", "second", "web");
        await other.PublishAsync();

        Assert.Equal("first", other.Read("db"));
        Assert.Equal(reads + 1, Reads());
        Assert.True(aws.Calls("AssumeRole") > roles);
    }

    [Theory]
    [InlineData("externalID", "abc", "abd")]
    [InlineData("sessionTags", "{team: blue}", "{team: red}")]
    public async Task OtherInOnePart_WhomTheRoleDoesNotTrust_IsDenied(string parameter, string good, string bad)
    {
        string condition = parameter == "externalID" ? $$"""{"sts:ExternalId":"{{good}}"}""" : """{"aws:RequestTag/team":"blue"}""";
        aws.Server.Seed.Role(Last, PolicyDocument.Parse(
            $$$"""{"Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":["sts:AssumeRole","sts:TagSession"],"Condition":{"StringEquals":{{{condition}}} }}]}"""));
        Class("good", [("role", Last), (parameter, good)]);
        Class("bad", [("role", Last), (parameter, bad)]);
        Class("none", [("role", Last)]);
        await aws.Node.Pod("shop", "one", "good", "web").PublishAsync();

        foreach (string name in (string[])["bad", "none"])
        {
            PodUnderTest pod = aws.Node.Pod("shop", name, name, "web");
            RpcException e = await Assert.ThrowsAsync<RpcException>(() => pod.PublishAsync());
            Assert.Contains(e.StatusCode, (StatusCode[])[StatusCode.PermissionDenied, StatusCode.Unauthenticated]);
            Assert.False(Directory.Exists(pod.TargetPath));
        }
    }

    [Fact]
    public async Task OtherEndpoint_AfterARestart_TakesNothingOfTheFormers()
    {
        Class("creds", []);
        PodUnderTest pod = aws.Node.Pod("shop", "one", "creds", "web");
        await pod.PublishAsync();
        elsewhere = await AwsServer.StartAsync(new AwsServerOptions { Time = aws.Node.Time }, TestContext.Current.CancellationToken);
        elsewhere.Seed.Role("shop-web", PolicyDocument.TrustWebIdentity(AwsUnderTest.Issuer, "system:serviceaccount:shop:web"), PolicyDocument.Deny("secretsmanager:*"));
        elsewhere.Seed.Oidc(aws.Server.State.Roles.FindProvider(AwsUnderTest.Issuer)!);
        elsewhere.Seed.Secret("db", "elsewhere");
        endpoint = elsewhere.Url;
        await aws.Node.RestartAsync();
        int before = aws.Calls();

        await aws.Node.Pod("shop", "two", "creds", "web").PublishFailsAsync(StatusCode.PermissionDenied);
        elsewhere.Seed.Role("shop-web", PolicyDocument.TrustWebIdentity(AwsUnderTest.Issuer, "system:serviceaccount:shop:web"));
        await aws.Node.PassAsync(TimeSpan.FromMinutes(3), TimeSpan.FromSeconds(30));
        await pod.PublishAsync();

        Assert.Equal("elsewhere", pod.Read("db"));
        Assert.Equal(before, aws.Calls());
    }

    private void Class(string name, (string, string)[] parameters) => aws.Class("shop", name, Objects, [("region", "us-east-1"), .. parameters]);

    private int Reads() => aws.Calls("GetSecretValue") + aws.Calls("BatchGetSecretValue");
}
