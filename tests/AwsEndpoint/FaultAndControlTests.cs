using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CsiSecrets.Tests.Aws.Faults;

namespace CsiSecrets.Tests.AwsEndpoint;

public sealed class FaultAndControlTests
{
    private const string Get = """{"SecretId":"s"}""";

    [Fact]
    public async Task Throttle_TwoTimes_ThenTheAnswer()
    {
        await using var aws = await EndpointFixture.StartAsync();
        aws.Server.Seed.Secret("s", "v");
        aws.Server.Faults.Add(new Fault { Kind = FaultKind.Throttle, Operation = "GetSecretValue", Times = 2 });
        var types = new List<string?>();
        for (var i = 0; i < 3; i++)
        {
            types.Add((string?)(await aws.Admin.SecretsAsync("GetSecretValue", Get)).Body["__type"]);
        }

        Assert.Equal(["ThrottlingException", "ThrottlingException", null], types);
        Assert.Equal(2, aws.Server.Calls.Count("GetSecretValue", c => c.Error == "ThrottlingException"));
    }

    [Fact]
    public async Task Cut_OneCall_ConnectionEndsAndTheOperationWasDone()
    {
        await using var aws = await EndpointFixture.StartAsync();
        aws.Server.Faults.Add(new Fault { Kind = FaultKind.Cut, Times = 1 });
        await Assert.ThrowsAnyAsync<Exception>(() => aws.Admin.SecretsAsync("CreateSecret", """{"Name":"s","SecretString":"v"}"""));
        Assert.Equal(200, (await aws.Admin.SecretsAsync("GetSecretValue", Get)).Status);
    }

    [Fact]
    public async Task Status_503_NoAwsErrorInTheBody()
    {
        await using var aws = await EndpointFixture.StartAsync();
        aws.Server.Faults.Add(new Fault { Kind = FaultKind.Status, Status = 503, Times = 1 });
        using var answer = await aws.Admin.SendAsync("secretsmanager", "application/x-amz-json-1.1", Get, "secretsmanager.GetSecretValue");
        Assert.Equal((503, "text/html"), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
    }

    [Fact]
    public async Task Unsigned_Request_MissingAuthenticationToken()
    {
        await using var aws = await EndpointFixture.StartAsync();
        using var http = new HttpClient { BaseAddress = aws.Server.Url };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent(Get) };
        request.Headers.Add("X-Amz-Target", "secretsmanager.GetSecretValue");
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(400, (int)answer.StatusCode);
        Assert.Contains("MissingAuthenticationTokenException", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Control_SeedRotateCountReset_OverHttp()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var aws = await EndpointFixture.StartAsync();
        using var http = new HttpClient { BaseAddress = aws.Server.Url };
        async Task<JsonNode> Post(string path, string json)
        {
            using var answer = await http.PostAsync("/_control/" + path, new StringContent(json), ct);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(ct));
            return (await answer.Content.ReadFromJsonAsync<JsonNode>(ct))!;
        }

        await Post("seed", """{"secrets":[{"name":"s","value":"v1"}],"parameters":[{"name":"/p","value":"x","type":"SecureString"}]}""");
        await Post("seed", """{"secrets":[{"name":"s","value":"v2"}],"faults":[{"kind":"fail","operation":"DescribeSecret","times":1}]}""");
        Assert.Equal("v2", (string?)(await aws.Admin.SecretsAsync("GetSecretValue", Get)).Body["SecretString"]);
        Assert.Equal(500, (await aws.Admin.SecretsAsync("DescribeSecret", Get)).Status);
        var (_, parameter) = await aws.Admin.SsmAsync("GetParameter", """{"Name":"/p","WithDecryption":true}""");
        Assert.Equal("x", (string?)parameter["Parameter"]!["Value"]);
        var counters = await http.GetStringAsync("/_control/counters", ct);
        Assert.Contains("""{"operation":"GetSecretValue","principal":"arn:aws:iam::111122223333:user/admin","region":"us-east-1","object":"s","count":1}""", counters);
        Assert.DoesNotContain("v2", await http.GetStringAsync("/_control/calls", ct));
        using var reset = await http.DeleteAsync("/_control/calls", ct);
        Assert.Equal("[]", await http.GetStringAsync("/_control/calls", ct));
    }
}
