using System.Security.Cryptography;
using System.Text;
using CsiSecrets.Tests.Harness;
using Grpc.Core;

namespace CsiSecrets.Tests.Hostile;

/// <summary>As much as the AWS provider may be asked for, through the node's socket against the AWS endpoint.</summary>
[Collection(Alone.Name)]
public sealed class LargeTests
{
    private const int Many = 10_000;

    [Fact]
    public async Task Class_Of10000Objects_IsReadInBatches_AndWholeOnDisk_OrRefusedByTheVolumesBound()
    {
        await using AwsUnderTest aws = await AwsUnderTest.StartAsync();
        Seed(aws);
        PodUnderTest pod = aws.Node.Pod("shop", "web", "creds", "web");
        string message = await pod.PublishFailsAsync(StatusCode.ResourceExhausted);
        Remains.Says(message, "volume of pod shop/web", "one volume may hold 16777216", "--max-volume-size");
        Remains.None(aws.Node, pod);

        aws.Node.Options.Volumes.VolumeBytes = 256 << 20;
        await pod.PublishAsync();

        Assert.Equal(Many, pod.Files().Count);
        Assert.Equal("value 9999", pod.Read("db-9999"));
        Assert.Equal(0, aws.Calls("GetSecretValue"));
        Assert.InRange(aws.Calls("BatchGetSecretValue"), Many / 20, 2 * Many / 20);
        int calls = aws.Calls();
        await pod.PublishAsync();
        Assert.Equal(calls, aws.Calls());
        await pod.UnpublishAsync();
        Remains.None(aws.Node, pod);
    }

    [Fact]
    public async Task Secret_Of64KiB_IsAFileByteForByte()
    {
        await using AwsUnderTest aws = await AwsUnderTest.StartAsync();
        aws.Account("shop", "web");
        byte[] bytes = RandomNumberGenerator.GetBytes(65_536);
        string text = string.Concat(Enumerable.Repeat("0123456789abcdef", 4096));
        aws.Server.Seed.Secret("binary", null, bytes);
        aws.Server.Seed.Secret("text", text);
        aws.Class("shop", "creds", "[{objectName: binary, objectType: secretsmanager}, {objectName: text, objectType: secretsmanager}]", ("region", "us-east-1"));
        PodUnderTest[] pods = [.. Enumerable.Range(0, 32).Select(i => aws.Node.Pod("shop", $"web-{i}", "creds", "web"))];

        await Task.WhenAll(pods.Select(static p => p.PublishAsync()));

        Assert.All(pods, p => Assert.True(bytes.AsSpan().SequenceEqual(File.ReadAllBytes(p["binary"]))));
        Assert.All(pods, p => Assert.Equal(text, p.Read("text")));
        Assert.InRange(aws.Calls("BatchGetSecretValue") + aws.Calls("GetSecretValue"), 1, 2);
        await Task.WhenAll(pods.Select(static p => p.UnpublishAsync()));
        Remains.None(aws.Node, pods[0]);
    }

    private static void Seed(AwsUnderTest aws)
    {
        aws.Account("shop", "web");
        var objects = new StringBuilder();
        for (int i = 0; i < Many; i++)
        {
            aws.Server.Seed.Secret($"db-{i}", $"value {i}");
            objects.Append($"- {{objectName: db-{i}, objectType: secretsmanager}}\n");
        }

        aws.Class("shop", "creds", objects.ToString(), ("region", "us-east-1"));
    }
}
