using System.Text;
using CsiSecrets.Tests.Aws.Faults;
using CsiSecrets.Tests.Harness;
using Grpc.Core;

namespace CsiSecrets.Tests.Hostile;

/// <summary>What a broken or hostile thing in AWS's place may answer: bounded, clear, and nothing of it repeated that could be a value or a
/// token; a live volume keeps its files.</summary>
public sealed class AwsAnswerTests : IAsyncLifetime
{
    private const string Marker = "marker-value-7d1f";

    private static readonly IReadOnlyDictionary<string, Fault> Answers = new Dictionary<string, Fault>
    {
        ["empty"] = Body(""),
        ["null"] = Body("null"),
        ["list"] = Body($"[\"{Marker}\"]"),
        ["text"] = Body($"\"{Marker}\""),
        ["empty object"] = Body("{}"),
        ["garbage"] = Body("\u0001\u0002{<" + Marker),
        ["truncated in the value"] = Body($$"""{"Name":"db","VersionId":"1","SecretString":"{{Marker}}"""),
        ["truncated after the value"] = Body($$"""{"Name":"db","VersionId":"1","SecretString":"{{Marker}}","""),
        ["value a number"] = Body("""{"Name":"db","VersionId":"1","SecretString":7}"""),
        ["value an object"] = Body($$$"""{"Name":"db","VersionId":"1","SecretString":{"a":"{{{Marker}}}"}}"""),
        ["value half a character"] = Body($$"""{"Name":"db","VersionId":"1","SecretString":"{{Marker}}\ud800"}"""),
        ["binary no base64"] = Body($$"""{"Name":"db","VersionId":"1","SecretBinary":"!{{Marker}}!"}"""),
        ["nested deep"] = Body("{\"x\":" + new string('[', 1_000_000)),
        ["error body with 200"] = Body($$"""{"__type":"AccessDeniedException","Message":"{{Marker}}"}"""),
        ["HTML with 200"] = Body($"<html>sign in {Marker}</html>") with { ContentType = "text/html" },
        ["XML bomb"] = Body("<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><x><Code>&b;</Code></x>") with { Status = 400, ContentType = "text/xml" },
        ["XML nested deep"] = Body(new StringBuilder().Insert(0, "<a>", 200_000).ToString()) with { Status = 400, ContentType = "text/xml" },
        ["17 MiB"] = Body($$"""{"Name":"db","SecretString":"{{new string('x', 17 << 20)}}"}"""),
        ["error of 17 MiB"] = Body(new string('x', 17 << 20)) with { Status = 500 },
        ["redirect"] = Body("") with { Status = 302, Headers = new Dictionary<string, string> { ["Location"] = "http://169.254.169.254/latest/" } },
        ["redirect with the method"] = Body("") with { Status = 307, Headers = new Dictionary<string, string> { ["Location"] = "http://127.0.0.1:1/" } },
        ["proxy wants a login"] = Body($"<html>{Marker}</html>") with { Status = 407, ContentType = "text/html" },
        ["teapot"] = Body("short and stout") with { Status = 418 },
        ["error nested deep"] = Body("{\"x\":" + new string('{', 100_000)) with { Status = 400 },
        ["error of one long line"] = Body($$"""{"__type":"X","message":"{{new string('y', 1_000_000)}}"}""") with { Status = 400 },
        ["error of control characters"] = Body("""{"__type":"X\u001b[2J\n","message":"a\u0000b\nlevel=info\u2028\u202ec"}""") with { Status = 400 },
        ["error that repeats a header"] = Body($$"""{"__type":"X","message":"Authorization: Credential={{Marker}}, Signature={{Marker}}, X-Amz-Security-Token: {{Marker}}"}""") with { Status = 400 },
        ["error that repeats an answer"] = Body($$"""{"__type":"X","message":"SecretString: {{Marker}} SecretAccessKey={{Marker}}&SessionToken={{Marker}}"}""") with { Status = 400 },
        ["cut"] = new Fault { Kind = FaultKind.Cut },
    };

    private AwsUnderTest aws = null!;
    private PodUnderTest pod = null!;

    public static TheoryData<string> Names => [.. Answers.Keys];

    public async ValueTask InitializeAsync()
    {
        aws = await AwsUnderTest.StartAsync(environment: static e => e with { MaxAttempts = 2, RetryDelay = TimeSpan.Zero });
        aws.Account("shop", "web");
        aws.Server.Seed.Secret("db", Marker);
        aws.Class("shop", "creds", "- {objectName: db, objectType: secretsmanager}", ("region", "us-east-1"));
        pod = aws.Node.Pod("shop", "web-1", "creds", "web");
    }

    public ValueTask DisposeAsync() => aws.DisposeAsync();

    [Theory]
    [MemberData(nameof(Names))]
    public async Task SecretsManager_AnswersSo_MountIsRefusedAndHealsByItself(string name)
    {
        aws.Server.Faults.Add(Answers[name] with { Operation = "GetSecretValue" });
        AssertClear(await FailsAsync(), "object db", "GetSecretValue");

        aws.Server.Faults.Clear();
        await aws.Node.PassAsync(TimeSpan.FromSeconds(20));
        await pod.PublishAsync();
        Assert.Equal(Marker, pod.Read("db"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Sts_AnswersSo_MountIsRefused(string name)
    {
        aws.Server.Faults.Add(Answers[name] with { Operation = "AssumeRoleWithWebIdentity" });
        AssertClear(await FailsAsync(), "AssumeRoleWithWebIdentity");
        Assert.Equal(0, aws.Calls("GetSecretValue"));
    }

    [Fact]
    public async Task Sts_RepeatsTheRequest_NothingOfTheTokenIsToldOn()
    {
        aws.Server.Faults.Add(Body("""{"__type":"InvalidIdentityToken","message":"could not read $BODY"}""") with { Status = 400, Operation = "AssumeRoleWithWebIdentity" });
        string message = await FailsAsync();
        AssertClear(message, "could not read", "(removed)");
        string token = aws.Node.Kubelet.Tokens.Token(pod, NodeUnderTest.FirstAudience, aws.Node.Time.GetUtcNow());
        Assert.All(token.Split('.'), part => Assert.DoesNotContain(part, message));
        Assert.DoesNotContain(aws.Node.Logs.GetSnapshot(), l => l.Message.Contains(token.Split('.')[0], StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task SecretsManager_AnswersSoAtARefresh_FilesStay(string name)
    {
        await pod.PublishAsync();
        foreach (string operation in (string[])["GetSecretValue", "DescribeSecret"])
        {
            aws.Server.Faults.Add(Answers[name] with { Operation = operation });
        }

        aws.Server.Seed.Secret("db", "second");
        await aws.Node.PassUntilAsync(() => aws.Node.Engine.Store.Find(pod.VolumeId)!.State.Failure is not null, TimeSpan.FromMinutes(5), "the failed refresh");
        await pod.PublishAsync();
        Assert.Equal(Marker, pod.Read("db"));
        string condition = (await pod.StatsAsync()).VolumeCondition.Message;
        AssertClear(condition, "object db");
    }

    [Fact]
    public async Task SecretsManager_DripsForMinutes_IsAnsweredInTime()
    {
        aws.Server.Faults.Add(new Fault { Kind = FaultKind.Drip, Delay = TimeSpan.FromMilliseconds(300), Operation = "GetSecretValue" });
        Task<string> call = FailsAsync();
        await Wait.UntilAsync(() => aws.Calls("AssumeRoleWithWebIdentity") > 0, "the login");
        await aws.Node.PassWhileAsync(call, TimeSpan.FromSeconds(100));
        AssertClear(await call, "did not answer within");
    }

    private static Fault Body(string text) => new() { Kind = FaultKind.Answer, Status = 200, Body = text };

    private async Task<string> FailsAsync()
    {
        RpcException e = await Assert.ThrowsAsync<RpcException>(() => pod.PublishAsync());
        Assert.True(e.StatusCode is not (StatusCode.Unknown or StatusCode.OK or StatusCode.Cancelled), $"{e.StatusCode}");
        Remains.None(aws.Node, pod);
        return e.Status.Detail;
    }

    private void AssertClear(string message, params string[] parts)
    {
        Remains.Says(message, parts);
        Assert.DoesNotContain(Marker, message);
        Assert.DoesNotContain(aws.Node.Logs.GetSnapshot(), l => l.Message.Contains(Marker, StringComparison.Ordinal) || l.Exception?.ToString().Contains(Marker, StringComparison.Ordinal) is true);
        Assert.DoesNotContain(Marker, aws.Node.StateText());
    }
}
