using CsiSecrets.Tests.Aws.Iam;

namespace CsiSecrets.Tests.AwsEndpoint;

public sealed class SecretsManagerTests
{
    private const string Token = "00000000-0000-0000-0000-000000000001";

    [Fact]
    public async Task PutSecretValue_SameTokenAgain_IdempotentAndOtherValueRefused()
    {
        await using var aws = await EndpointFixture.StartAsync();
        await aws.Admin.SecretsAsync("CreateSecret", """{"Name":"s","SecretString":"v0"}""");
        var (first, _) = await aws.Admin.SecretsAsync("PutSecretValue", $$"""{"SecretId":"s","SecretString":"v1","ClientRequestToken":"{{Token}}"}""");
        var (second, again) = await aws.Admin.SecretsAsync("PutSecretValue", $$"""{"SecretId":"s","SecretString":"v1","ClientRequestToken":"{{Token}}"}""");
        var (third, error) = await aws.Admin.SecretsAsync("PutSecretValue", $$"""{"SecretId":"s","SecretString":"v2","ClientRequestToken":"{{Token}}"}""");
        Assert.Equal((200, 200, 400), (first, second, third));
        Assert.Equal(Token, (string?)again["VersionId"]);
        Assert.Equal("ResourceExistsException", (string?)error["__type"]);
        var (_, versions) = await aws.Admin.SecretsAsync("ListSecretVersionIds", """{"SecretId":"s"}""");
        Assert.Equal(2, versions["Versions"]!.AsArray().Count);
    }

    [Fact]
    public async Task CreateSecret_Value64KiB_AcceptedAndOneByteMoreRefused()
    {
        await using var aws = await EndpointFixture.StartAsync();
        var (most, _) = await aws.Admin.SecretsAsync("CreateSecret", $$"""{"Name":"most","SecretString":"{{new string('x', 65536)}}"}""");
        var (more, error) = await aws.Admin.SecretsAsync("CreateSecret", $$"""{"Name":"more","SecretString":"{{new string('x', 65537)}}"}""");
        Assert.Equal((200, 400), (most, more));
        Assert.Equal("ValidationException", (string?)error["__type"]);
    }

    [Fact]
    public async Task DeleteSecret_WindowPassed_GoneForGood()
    {
        await using var aws = await EndpointFixture.StartAsync();
        aws.Server.Seed.Secret("s", "v");
        await aws.Admin.SecretsAsync("DeleteSecret", """{"SecretId":"s","RecoveryWindowInDays":7}""");
        var (_, marked) = await aws.Admin.SecretsAsync("GetSecretValue", """{"SecretId":"s"}""");
        Assert.Equal("InvalidRequestException", (string?)marked["__type"]);
        var (_, hidden) = await aws.Admin.SecretsAsync("ListSecrets", "{}");
        var (_, shown) = await aws.Admin.SecretsAsync("ListSecrets", """{"IncludePlannedDeletion":true}""");
        Assert.Equal((0, 1), (hidden["SecretList"]!.AsArray().Count, shown["SecretList"]!.AsArray().Count));
        aws.Time.Advance(TimeSpan.FromDays(7));
        var (_, gone) = await aws.Admin.SecretsAsync("GetSecretValue", """{"SecretId":"s"}""");
        Assert.Equal("ResourceNotFoundException", (string?)gone["__type"]);
    }

    [Fact]
    public async Task BatchGetSecretValue_OneDenied_ItsErrorOnly()
    {
        await using var aws = await EndpointFixture.StartAsync();
        aws.Server.Seed.Secret("open", "v");
        var (arn, _) = aws.Server.Seed.Secret("closed", "v");
        using var client = aws.Client(aws.Server.Seed.User("u", null, null, PolicyDocument.AllowAll, PolicyDocument.Deny("secretsmanager:GetSecretValue", arn)));
        var (status, batch) = await client.SecretsAsync("BatchGetSecretValue", """{"SecretIdList":["open","closed"]}""");
        Assert.Equal(200, status);
        Assert.Equal("open", (string?)batch["SecretValues"]![0]!["Name"]);
        Assert.Equal("AccessDeniedException", (string?)batch["Errors"]![0]!["ErrorCode"]);
        Assert.Equal(
            $"User: arn:aws:iam::111122223333:user/u is not authorized to perform: secretsmanager:GetSecretValue on resource: {arn} with an explicit deny in an identity-based policy",
            (string?)batch["Errors"]![0]!["Message"]);
    }

    [Fact]
    public async Task BatchGetSecretValue_TwentyOne_Refused()
    {
        await using var aws = await EndpointFixture.StartAsync();
        var ids = string.Join(',', Enumerable.Range(0, 21).Select(i => $"\"s{i}\""));
        var (status, error) = await aws.Admin.SecretsAsync("BatchGetSecretValue", $$"""{"SecretIdList":[{{ids}}]}""");
        Assert.Equal((400, "ValidationException"), (status, (string?)error["__type"]));
    }

    [Fact]
    public async Task DescribeSecret_NoPolicy_DeniedInAwsWords()
    {
        await using var aws = await EndpointFixture.StartAsync();
        var (arn, _) = aws.Server.Seed.Secret("s", "v");
        using var client = aws.Client(aws.Server.Seed.User("u", null, null, PolicyDocument.Allow("secretsmanager:GetSecretValue")));
        var (status, error) = await client.SecretsAsync("DescribeSecret", """{"SecretId":"s"}""");
        Assert.Equal(400, status);
        Assert.Equal(
            $"User: arn:aws:iam::111122223333:user/u is not authorized to perform: secretsmanager:DescribeSecret on resource: {arn} because no identity-based policy allows the secretsmanager:DescribeSecret action",
            (string?)error["Message"]);
    }

    [Theory]
    [InlineData("name", "a", 2)]
    [InlineData("name", "A", 0)]
    [InlineData("name", "!a", 1)]
    [InlineData("tag-key", "te", 1)]
    [InlineData("tag-value", "blue", 1)]
    [InlineData("description", "THE", 1)]
    [InlineData("all", "blue", 1)]
    public async Task ListSecrets_Filter_AsDocumented(string key, string value, int found)
    {
        await using var aws = await EndpointFixture.StartAsync();
        await aws.Admin.SecretsAsync("CreateSecret", """{"Name":"ab","SecretString":"v","Description":"The first","Tags":[{"Key":"team","Value":"blue"}]}""");
        await aws.Admin.SecretsAsync("CreateSecret", """{"Name":"ac","SecretString":"v"}""");
        await aws.Admin.SecretsAsync("CreateSecret", """{"Name":"ba","SecretString":"v"}""");
        var (_, list) = await aws.Admin.SecretsAsync("ListSecrets", $$"""{"Filters":[{"Key":"{{key}}","Values":["{{value}}"]}]}""");
        Assert.Equal(found, list["SecretList"]!.AsArray().Count);
    }

    [Fact]
    public async Task ListSecrets_WithLag_ShowsThePast()
    {
        await using var aws = await EndpointFixture.StartAsync();
        aws.Server.Seed.ListLag(TimeSpan.FromMinutes(5));
        aws.Server.Seed.Secret("s", "v");
        var (_, before) = await aws.Admin.SecretsAsync("ListSecrets", "{}");
        aws.Time.Advance(TimeSpan.FromMinutes(5));
        var (_, after) = await aws.Admin.SecretsAsync("ListSecrets", "{}");
        Assert.Equal((0, 1), (before["SecretList"]!.AsArray().Count, after["SecretList"]!.AsArray().Count));
    }

    [Fact]
    public async Task Regions_SameName_DataOfTheirOwnAndReplicaFollows()
    {
        await using var aws = await EndpointFixture.StartAsync();
        aws.Server.Seed.Secret("s", "east");
        using var west = aws.Client(aws.Server.Seed.User("w"), "us-west-2");
        var (_, missing) = await west.SecretsAsync("GetSecretValue", """{"SecretId":"s"}""");
        Assert.Equal("ResourceNotFoundException", (string?)missing["__type"]);
        await aws.Admin.SecretsAsync("ReplicateSecretToRegions", """{"SecretId":"s","AddReplicaRegions":[{"Region":"us-west-2"}]}""");
        aws.Server.Seed.Secret("s", "east2");
        var (_, replica) = await west.SecretsAsync("GetSecretValue", """{"SecretId":"s"}""");
        Assert.Equal("east2", (string?)replica["SecretString"]);
        var (_, written) = await west.SecretsAsync("PutSecretValue", """{"SecretId":"s","SecretString":"no"}""");
        Assert.Equal("InvalidRequestException", (string?)written["__type"]);
    }
}
