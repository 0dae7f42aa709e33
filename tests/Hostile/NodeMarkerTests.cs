using System.Text.Json;
using CsiSecrets.Model;
using CsiSecrets.Tests.Harness;
using CsiSecrets.Volumes;

namespace CsiSecrets.Tests.Hostile;

/// <summary>The life of a node's volumes, and every way of it to fail: no value, token or key is in anything that comes out.</summary>
public sealed class NodeMarkerTests
{
    private const string First = "mark<1>\"st&secret/+marker é";
    private const string Second = "mark<2>\"nd&secret/+marker é";
    private const string Key = "STATIC+KEY/marker=0123456789abcdefghijkl";

    [Theory]
    [MemberData(nameof(Betrayals.Templates), MemberType = typeof(Betrayals))]
    public async Task Template_ThatWouldQuoteAValue_TellsNobody(string template)
    {
        await using NodeUnderTest node = await NodeUnderTest.StartAsync();
        var search = new MarkerSearch(First, Second, UnsignedTokens.Marker);
        node.Secrets.Put("db", First);
        node.Cluster.Class("shop", "creds", "db", ("templates", Templates(template)));
        PodUnderTest pod = node.Pod("shop", "web", "creds");
        await search.CallAsync(pod.PublishAsync());

        node.Cluster.Class("shop", "live", "db");
        PodUnderTest live = node.Pod("shop", "live", "live");
        await live.PublishAsync();
        node.Secrets.Put("db", Second);
        node.Cluster.Class("shop", "live", "db", ("templates", Templates(template)));
        await node.SeesClassAsync("shop", "live");
        await node.PassAsync(TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(10));
        await search.CallAsync(live.PublishAsync());

        await search.AssertNoneAsync(node, pod, live);
    }

    [Fact]
    public async Task WholeLife_WithEveryStepFailing_TellsNobody()
    {
        await using NodeUnderTest node = await NodeUnderTest.StartAsync();
        var search = new MarkerSearch(First, Second, Key, UnsignedTokens.Marker);
        node.Secrets.Put("db", First);
        node.Cluster.Class("shop", "creds", "db");
        PodUnderTest pod = node.Pod("shop", "web", "creds");
        pod.Secrets["aws_secret_access_key"] = Key;
        await pod.PublishAsync();
        await node.PassAsync(TimeSpan.FromMinutes(1));

        foreach (PublishStep step in Enum.GetValues<PublishStep>().Where(s => s < PublishStep.UnpublishEntered))
        {
            node.Secrets.Put("db", step > PublishStep.Planned ? First : Second);
            node.Passed = at => _ = at == step ? throw new InvalidOperationException($"{First} {Second} {Key} {UnsignedTokens.Marker}") : 0;
            await node.PassAsync(TimeSpan.FromMinutes(3), TimeSpan.FromSeconds(30));
            await search.CallAsync(pod.PublishAsync());
            PodUnderTest fresh = node.Pod("shop", $"fresh-{(int)step}", "creds");
            await search.CallAsync(fresh.PublishAsync());
            node.Passed = static _ => { };
            await search.CallAsync(fresh.UnpublishAsync());
        }

        foreach (FailureReason reason in Enum.GetValues<FailureReason>())
        {
            node.Secrets.Fail = _ => new SecretsException(reason, "db", "as the test wants", "mend it");
            await search.CallAsync(node.Pod("shop", $"fails-{(int)reason}", "creds").PublishAsync());
        }

        node.Secrets.Fail = static _ => null;
        node.Secrets.Called = static () => throw new JsonException($"cannot read {First}");
        await search.CallAsync(node.Pod("shop", "provider-breaks", "creds").PublishAsync());
        node.Secrets.Called = static () => { };

        await node.RestartAsync();
        await search.AssertNoneAsync(node, pod);
        await pod.PublishAsync();
        node.Secrets.Put("db", Second);
        await node.PassUntilAsync(() => pod.Read("db") == Second, TimeSpan.FromMinutes(5), "the rotation");
        await Wait.UntilAsync(() => node.Cluster.Events(pod).Count > 0 && node.Cluster.Status(pod) is not null, "events and status");
        await search.AssertNoneAsync(node, pod);
        await pod.UnpublishAsync();
        await search.AssertNoneAsync(node, pod);
    }

    [Theory]
    [InlineData("decodingStrategy: base64")]
    [InlineData("decodingStrategy: base64url")]
    [InlineData("decodingStrategy: hex")]
    [InlineData("expand: true")]
    [InlineData("jmesPath: [{path: user, objectAlias: u}]")]
    [InlineData("jmesPath: [{path: '@.user.name[0]', objectAlias: u}]")]
    [InlineData("jmesPath: [{path: 'to_number(@)', objectAlias: u}]")]
    [InlineData("jmesPath: [{path: 'sort(@)', objectAlias: u}]")]
    [InlineData("objectVersion: none-such")]
    public async Task AwsValue_ThatDoesNotFitItsObject_TellsNobody(string fields)
    {
        await using AwsUnderTest aws = await AwsUnderTest.StartAsync();
        var search = new MarkerSearch(First, Second, Key, "{\"" + First);
        aws.Account("shop", "web");
        foreach (string value in (string[])[First, "{\"user\":\"" + First, JsonSerializer.Serialize(First), $"{{\"{"user"}\":{{\"name\":{JsonSerializer.Serialize(First)}}}}}"])
        {
            aws.Server.Seed.Secret("db", value);
            aws.Class("shop", "creds", $"- {{objectName: db, objectType: secretsmanager, {fields}}}", ("region", "us-east-1"));
            await aws.Node.SeesClassAsync("shop", "creds");
            PodUnderTest pod = aws.Node.Pod("shop", "web-1", "creds", "web");
            await search.CallAsync(pod.PublishAsync());
            await search.AssertNoneAsync(aws.Node, pod);
            await search.CallAsync(pod.UnpublishAsync());
            aws.Node.Time.Advance(TimeSpan.FromMinutes(1));
        }
    }

    [Fact]
    public async Task StaticKeys_RightWrongAndHalf_TellNobody()
    {
        await using AwsUnderTest aws = await AwsUnderTest.StartAsync();
        var user = aws.Server.Seed.User("pods", "AKIAMARKERMARKER0001", Key);
        var search = new MarkerSearch(First, Key);
        aws.Server.Seed.Secret("db", First);
        aws.Class("shop", "creds", "- {objectName: db, objectType: secretsmanager}", ("region", "us-east-1"));
        PodUnderTest pod = aws.Node.Pod("shop", "web", "creds");
        (pod.Secrets["access_key_id"], pod.Secrets["secret_access_key"]) = (user.Id, Key);
        await pod.PublishAsync();
        Assert.Equal(First, pod.Read("db"));
        await search.AssertNoneAsync(aws.Node, pod);

        PodUnderTest wrong = aws.Node.Pod("shop", "wrong", "creds");
        (wrong.Secrets["access_key_id"], wrong.Secrets["secret_access_key"]) = (Key, Key);
        await search.CallAsync(wrong.PublishAsync());
        PodUnderTest half = aws.Node.Pod("shop", "half", "creds");
        half.Secrets["secret_access_key"] = Key;
        await search.CallAsync(half.PublishAsync());
        await aws.Node.PassAsync(TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(10));
        await aws.Node.RestartAsync();
        await search.AssertNoneAsync(aws.Node, pod, wrong, half);
    }

    private static string Templates(string template) => JsonSerializer.Serialize(new[] { new { path = "conf", template } });
}
