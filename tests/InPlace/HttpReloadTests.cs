using System.Net;
using System.Net.Sockets;
using CsiSecrets.InPlace;
using CsiSecrets.InPlace.Http;
using CsiSecrets.InPlace.Wishes;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Tests.Harness;
using Microsoft.Extensions.Time.Testing;

namespace CsiSecrets.Tests.InPlace;

/// <summary>The call itself, against real sockets: what is sent, how long it may take, and what an answer can and cannot do.</summary>
public sealed class HttpReloadTests : IAsyncDisposable
{
    private static readonly HttpWish Wish = HttpWish.Parse("POST :8080/-/reload?x=%2e%2e/").Wish!;

    private readonly FakeTimeProvider time = new();
    private readonly Application application = new();
    private readonly List<IPEndPoint> dialled = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => application.DisposeAsync();

    [Fact]
    public async Task ACall_SendsWhatTheAnnotationSaysAndNothingElse()
    {
        ReloadResult result = await CallAsync(Pod("10.1.2.3"));

        Assert.Equal(ReloadResult.Done, result);
        Assert.Equal([new IPEndPoint(IPAddress.Parse("10.1.2.3"), 8080)], dialled);
        string request = Assert.Single(application.Requests);
        Assert.Equal(
            ["Connection: close", "Content-Length: 0", "Host: 10.1.2.3:8080", "POST /-/reload?x=%2e%2e/ HTTP/1.1", "User-Agent: csi-secrets"],
            request.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task AnIPv6Pod_IsCalledAtItsAddress()
    {
        Assert.Equal(ReloadOutcome.Done, (await CallAsync(Pod("fd12::7"))).Outcome);

        Assert.Equal([new IPEndPoint(IPAddress.Parse("fd12::7"), 8080)], dialled);
        Assert.Contains("Host: [fd12::7]:8080", Assert.Single(application.Requests), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TwoAddressesOfWhichTheFirstIsDeaf_TheSecondIsCalled()
    {
        application.Deaf = IPAddress.Parse("fd12::7");
        Pod pod = Pod("fd12::7");

        ReloadResult result = await CallAsync(pod with { Status = pod.Status with { PodIPs = [new AddressEntry { Ip = "fd12::7" }, new AddressEntry { Ip = "10.1.2.3" }] } });

        Assert.Equal(ReloadOutcome.Done, result.Outcome);
        Assert.Equal(2, dialled.Count);
    }

    [Theory]
    [InlineData(200, "done")]
    [InlineData(204, "done")]
    [InlineData(301, "status")]
    [InlineData(307, "status")]
    [InlineData(404, "status")]
    [InlineData(503, "status")]
    public async Task TheStatus_Decides(int code, string outcome)
    {
        application.Answer = $"HTTP/1.1 {code} X\r\nLocation: http://169.254.169.254/latest\r\nContent-Length: 0\r\n\r\n";

        Assert.Equal(outcome, (await CallAsync(Pod("10.1.2.3"))).Word);
        Assert.Single(dialled); // a redirect is not followed
    }

    [Fact]
    public async Task ABodyWithoutEnd_IsNotRead()
    {
        application.Answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nmarke\r\n";

        Assert.Equal(ReloadOutcome.Done, (await CallAsync(Pod("10.1.2.3"))).Outcome);
    }

    [Fact]
    public async Task HeadersWithoutEnd_AreCutOff()
    {
        application.Answer = "HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Range(0, 3000).Select(i => $"X-{i}: marker\r\n")) + "\r\n";

        ReloadResult result = await CallAsync(Pod("10.1.2.3"));

        Assert.Equal(ReloadOutcome.Unreachable, result.Outcome);
        Assert.DoesNotContain("marker", result.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense\r\n\r\n")]
    [InlineData("")]
    public async Task WhatIsNoHttp_IsAFailure(string answer)
    {
        application.Answer = answer;

        Assert.Equal(ReloadOutcome.Unreachable, (await CallAsync(Pod("10.1.2.3"))).Outcome);
    }

    [Fact]
    public async Task AServerThatNeverAnswers_IsGivenTwoSeconds()
    {
        application.Answer = null;
        Task<ReloadResult> call = CallAsync(Pod("10.1.2.3"));
        await Wait.UntilAsync(() => !application.Requests.IsEmpty, "the request");

        time.Advance(TimeSpan.FromMilliseconds(1999));
        Assert.False(call.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(ReloadOutcome.Timeout, (await call).Outcome);
    }

    [Fact]
    public async Task ADeadServer_IsUnreachable()
    {
        application.Deaf = IPAddress.Parse("10.1.2.3");

        ReloadResult result = await CallAsync(Pod("10.1.2.3"));

        Assert.Equal(ReloadOutcome.Unreachable, result.Outcome);
        Assert.Contains("is it listening", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARefusedAddress_IsNeverDialled()
    {
        Assert.Equal(ReloadOutcome.Refused, (await CallAsync(Pod("169.254.169.254"))).Outcome);
        Assert.Equal(ReloadOutcome.Refused, (await CallAsync(Pod("10.0.0.1"))).Outcome);
        Assert.Equal(ReloadOutcome.Refused, (await CallAsync(Pod("10.1.2.3") with { Spec = new PodSpec { HostNetwork = true } })).Outcome);

        Assert.Empty(dialled);
    }

    [Fact]
    public async Task TheRealDialler_ReachesASocket()
    {
        await using Stream stream = await HttpReload.DialAsync(application.Address, Token);

        Assert.True(stream.CanWrite);
        await Assert.ThrowsAsync<SocketException>(async () => await HttpReload.DialAsync(new IPEndPoint(IPAddress.Loopback, 1), Token));
    }

    private Task<ReloadResult> CallAsync(Pod pod) => new HttpReload(
        PodCluster.None with { Pods = () => [pod], NodeAddresses = static _ => Task.FromResult<IReadOnlyList<string>>(["10.0.0.1"]) },
        (to, token) =>
        {
            dialled.Add(to);
            return application.DialAsync(to, token);
        },
        time).CallAsync(pod, Wish, Token);

    private static Pod Pod(string ip) => new()
    {
        Metadata = new ObjectMeta { Namespace = "shop", Name = "web", Uid = "uid" },
        Status = new PodStatus { Phase = "Running", PodIP = ip },
    };
}
