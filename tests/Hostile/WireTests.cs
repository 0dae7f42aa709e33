using System.Net.Sockets;
using System.Text;
using CsiSecrets.Csi.Wire;
using CsiSecrets.Tests.Harness;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace CsiSecrets.Tests.Hostile;

/// <summary>Bytes on the two sockets that no kubelet sends: whatever comes, nothing is left of it, and the next call is answered.</summary>
public sealed class WireTests : IAsyncLifetime
{
    private static readonly Marshaller<byte[]> Raw = new(static b => b, static b => b);

    private NodeUnderTest node = null!;
    private PodUnderTest pod = null!;

    public async ValueTask InitializeAsync()
    {
        node = await NodeUnderTest.StartAsync();
        node.Secrets.Put("db", "first");
        node.Cluster.Class("shop", "creds", "db");
        pod = node.Pod("shop", "web", "creds");
        Directory.CreateDirectory(Path.GetDirectoryName(pod.TargetPath)!);
    }

    public ValueTask DisposeAsync() => node.DisposeAsync();

    private static readonly Dictionary<string, byte[]> Bytes = new()
    {
        ["no protobuf"] = Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\n\r\n"),
        ["cut off"] = [0x0a, 0x7f, 0x61],
        ["a length beyond int"] = [0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x61],
        ["a negative length"] = [0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
        ["an endless varint"] = [.. Enumerable.Repeat((byte)0xff, 200)],
        ["field number 0"] = [0x02, 0x01, 0x61],
        ["the wrong wire type"] = [0x08, 0x01, 0x18, 0x01],
        ["an open group"] = [0x0b, 0x0b, 0x0b],
        ["groups nested 100,000 deep"] = [.. Enumerable.Repeat((byte)0xfb, 100_000)],
        ["capabilities nested 10,000 deep"] = Nested(10_000),
    };

    public static TheoryData<string> Whats => [.. Bytes.Keys];

    [Theory]
    [MemberData(nameof(Whats))]
    public async Task Publish_BytesThatAreNoRequest_AreRefused(string what)
    {
        StatusCode code = await CodeOfAsync("NodePublishVolume", Bytes[what]);
        Assert.True(code is StatusCode.InvalidArgument or StatusCode.Internal or StatusCode.Unknown or StatusCode.ResourceExhausted, $"{what}: {code}");
        await IsWellAsync();
    }

    public static TheoryData<string> NoText => ["fffe", "c0af", "eda080", "6180", "f4908080", "e282"];

    [Theory]
    [MemberData(nameof(NoText))]
    public async Task Publish_InvalidUtf8InAnyText_IsRefusedOrNamesNothing(string hex)
    {
        byte[] bytes = Convert.FromHexString(hex);
        byte[] request = pod.Request().ToByteArray();
        foreach (string text in (string[])[pod.VolumeId, pod.TargetPath, "creds", "csi.storage.k8s.io/pod.name", "csi.storage.k8s.io/pod.namespace", pod.Uid, "secretProviderClass"])
        {
            byte[] spoilt = Spoil(request, Encoding.UTF8.GetBytes(text), bytes);
            StatusCode code = await CodeOfAsync("NodePublishVolume", spoilt);
            Assert.NotEqual(StatusCode.OK, code);
            Remains.None(node, pod);
        }

        await IsWellAsync();
        Assert.DoesNotContain(node.Logs.GetSnapshot(), l => l.Message.Contains(UnsignedTokens.Marker, StringComparison.Ordinal) || (l.Exception?.ToString() ?? "").Contains(UnsignedTokens.Marker, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Publish_UnknownFields_AreLetBe()
    {
        byte[] request = [.. pod.Request().ToByteArray(), 0xfa, 0x3e, 0x03, 0x61, 0x62, 0x63, 0xf8, 0x3e, 0x05, 0xfd, 0x3e, 1, 2, 3, 4];
        Assert.Equal(StatusCode.OK, await CodeOfAsync("NodePublishVolume", request));
        Assert.Equal("first", pod.Read("db"));
    }

    [Theory]
    [InlineData(9)]
    [InlineData(64)]
    public async Task Publish_MessageOfMebibytes_IsRefusedUnread(int mebibytes)
    {
        NodePublishVolumeRequest request = pod.Request();
        request.VolumeContext["x"] = new string('x', mebibytes << 20);
        Assert.Equal(StatusCode.ResourceExhausted, await CodeOfAsync("NodePublishVolume", request.ToByteArray()));
        await IsWellAsync();
    }

    [Theory]
    [InlineData("NodeUnpublishVolume")]
    [InlineData("NodeGetVolumeStats")]
    [InlineData("NodeStageVolume")]
    [InlineData("../Identity/Probe")]
    [InlineData("Exec")]
    public async Task AnyMethod_Nonsense_IsAnswered(string method)
    {
        await pod.PublishAsync();
        Assert.NotEqual(StatusCode.OK, await CodeOfAsync(method, Encoding.ASCII.GetBytes("nonsense")));
        Assert.Equal("first", pod.Read("db"));
        await pod.UnpublishAsync();
        await IsWellAsync();
    }

    [Fact]
    public async Task Registration_RefusalOf3MiBWithControls_IsOneShortLineOfTheLog()
    {
        using GrpcChannel kubelet = NodeUnderTest.Dial(node.RegistrationSocket);
        var registration = new Registration.RegistrationClient(kubelet);
        string error = "no\0\n{\"level\":\"info\",\"msg\":\"all is well\"}\u202e" + new string('x', 3 << 20);
        await registration.NotifyRegistrationStatusAsync(new RegistrationStatus { PluginRegistered = false, Error = error }, deadline: DateTime.UtcNow + Wait.Patience);

        string line = node.Logs.GetSnapshot().Single(l => l.Message.Contains("all is well", StringComparison.Ordinal)).Message;
        Assert.InRange(line.Length, 1, 5000);
        Assert.DoesNotContain(line, char.IsControl);
        Assert.DoesNotContain('\u202e', line);
    }

    [Theory]
    [InlineData("GetInfo")]
    [InlineData("NotifyRegistrationStatus")]
    public async Task Registration_BytesThatAreNoRequest_AreRefused_AndItAnswersOn(string method)
    {
        using GrpcChannel kubelet = NodeUnderTest.Dial(node.RegistrationSocket);
        foreach (byte[] bytes in (byte[][])[[0x0a, 0x7f, 0x61], [.. Enumerable.Repeat((byte)0xff, 200)], [.. Enumerable.Repeat((byte)0xfb, 100_000)], new byte[9 << 20]])
        {
            Assert.NotEqual(StatusCode.OK, await CodeOfAsync(kubelet, "pluginregistration.Registration", method, bytes));
        }

        byte[] unknown = [0xfa, 0x3e, 0x03, 0x61, 0x62, 0x63];
        Assert.Equal(StatusCode.OK, await CodeOfAsync(kubelet, "pluginregistration.Registration", "GetInfo", unknown));
        Assert.Equal("secrets-store.csi.k8s.io", (await new Registration.RegistrationClient(kubelet).GetInfoAsync(new InfoRequest())).Name);
        await IsWellAsync();
    }

    [Fact]
    public async Task Connections_1000ThatSendNothing_KeepNobodyOut()
    {
        var silent = new List<Socket>();
        try
        {
            for (int i = 0; i < 1000; i++)
            {
                silent.Add(await DialAsync(i % 2 == 0 ? node.Options.SocketPath : node.RegistrationSocket));
            }

            await IsWellAsync();
            using GrpcChannel another = NodeUnderTest.Dial(node.Options.SocketPath);
            Assert.True((await new Identity.IdentityClient(another).ProbeAsync(new ProbeRequest(), deadline: DateTime.UtcNow + Wait.Patience)).Ready);
        }
        finally
        {
            silent.ForEach(static s => s.Dispose());
        }

        await IsWellAsync();
    }

    [Theory]
    [InlineData("PRI * HTTP/2.0\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0\0\0")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0\u007f\u007f\u007f\u0001\u0004\0\0\0\u0001")]
    [InlineData("\u0016\u0003\u0001\u0002\0\u0001")]
    public async Task Connections_HalfOpenOrOfAnotherProtocol_KeepNobodyOut(string beginning)
    {
        Socket[] halves = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => DialAsync(node.Options.SocketPath)));
        try
        {
            foreach (Socket half in halves)
            {
                await half.SendAsync(Encoding.Latin1.GetBytes(beginning), TestContext.Current.CancellationToken);
            }

            halves[0].Shutdown(SocketShutdown.Send);
            halves[1].LingerState = new LingerOption(true, 0);
            halves[1].Dispose();
            await IsWellAsync();
        }
        finally
        {
            Array.ForEach(halves, static s => s.Dispose());
        }

        await IsWellAsync();
    }

    private static byte[] Nested(int deep)
    {
        byte[] inner = [];
        for (int i = 0; i < deep; i++)
        {
            using var text = new MemoryStream();
            using (var writer = new CodedOutputStream(text, leaveOpen: true))
            {
                writer.WriteTag(5, WireFormat.WireType.LengthDelimited);
                writer.WriteBytes(ByteString.CopyFrom(inner));
            }

            inner = text.ToArray();
        }

        return inner;
    }

    /// <summary>The bytes of a text replaced by others of the same number, the bad ones in front.</summary>
    private static byte[] Spoil(byte[] request, byte[] text, byte[] bad)
    {
        byte[] spoilt = [.. request];
        int at = request.AsSpan().IndexOf(text);
        Assert.True(at > 0);
        bad.CopyTo(spoilt, at);
        return spoilt;
    }

    private static async Task<Socket> DialAsync(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), TestContext.Current.CancellationToken);
        return socket;
    }

    private Task<StatusCode> CodeOfAsync(string method, byte[] bytes) => CodeOfAsync(node.Channel, "csi.v1.Node", method, bytes);

    private static async Task<StatusCode> CodeOfAsync(GrpcChannel channel, string service, string method, byte[] bytes)
    {
        try
        {
            await channel.CreateCallInvoker().AsyncUnaryCall(
                new Method<byte[], byte[]>(MethodType.Unary, service, method, Raw, Raw), null,
                new CallOptions(deadline: DateTime.UtcNow + Wait.Patience, cancellationToken: TestContext.Current.CancellationToken), bytes);
            return StatusCode.OK;
        }
        catch (RpcException e)
        {
            Assert.NotEqual(StatusCode.DeadlineExceeded, e.StatusCode);
            Assert.DoesNotContain(UnsignedTokens.Marker, e.ToString());
            return e.StatusCode;
        }
    }

    /// <summary>A whole life of a volume, after which nothing is there.</summary>
    private async Task IsWellAsync()
    {
        Remains.None(node, pod);
        await pod.PublishAsync();
        Assert.Equal("first", pod.Read("db"));
        await pod.UnpublishAsync();
        Remains.None(node, pod);
    }
}
