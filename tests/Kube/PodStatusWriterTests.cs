using CsiSecrets.Kube;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Tests.Fakes;
using CsiSecrets.Tests.Harness;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CsiSecrets.Tests.Kube;

/// <summary>Pods that go while their status is written: nothing of them stays behind.</summary>
public sealed class PodStatusWriterTests : IAsyncLifetime
{
    private static readonly PodIdentity Pod = new() { Namespace = "shop", PodName = "web", PodUid = "u1", ServiceAccount = "web" };
    private readonly FakeTimeProvider time = new(TimeProvider.System.GetUtcNow());
    private readonly TaskCompletionSource hold = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int code;
    private FakeKubeApi api = null!;
    private KubeHttp http = null!;
    private PodStatusWriter writer = null!;

    public async ValueTask InitializeAsync()
    {
        api = await FakeKubeApi.StartAsync(time);
        api.Put("namespaces", """{"metadata":{"name":"shop"}}""");
        api.Fault = route => route.Verb == "create" ? new FakeKubeApiFault { Hold = hold.Task, Code = code } : null;
        http = new KubeHttp(api.Connection(time), time, NullLogger<KubeHttp>.Instance);
        writer = new PodStatusWriter(new KubeClient(http, time), "node", time, NullLogger<PodStatusWriter>.Instance);
        await writer.StartAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        hold.TrySetResult();
        await writer.StopAsync(CancellationToken.None);
        writer.Dispose();
        http.Dispose();
        await api.DisposeAsync();
    }

    [Fact]
    public async Task PodGoesWhileItsStatusIsRefused_NoTroubleStays()
    {
        code = 403;
        await WriteAsync();
        writer.Forget(Pod, "app");
        hold.SetResult();
        await Wait.UntilAsync(() => writer.Trouble is not null, "the refusal");

        await Wait.UntilAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(10));
                return writer.Trouble is null;
            },
            () => $"no trouble, it is {writer.Trouble}");
        Assert.Equal((0, 1), (writer.Pending, api.Count("create", "secretproviderclasspodstatuses")));
    }

    [Fact]
    public async Task PodGoesWhileItsStatusIsWritten_IsNotRemembered()
    {
        await WriteAsync();
        writer.Forget(Pod, "app");
        hold.SetResult();
        await Wait.UntilAsync(() => api.All("secretproviderclasspodstatuses").Count == 1 && http.Running == 0, "the status");
        writer.Write(Pod with { PodName = "next", PodUid = "u2" }, Status("next"));
        await Wait.UntilAsync(() => writer.Pending == 0, "the next one's status");

        Assert.Equal(1, writer.Remembered);
    }

    private Task WriteAsync()
    {
        writer.Write(Pod, Status("web"));
        return Wait.UntilAsync(() => api.Holding == 1, "the write");
    }

    private static PodMountStatus Status(string pod) => new() { PodName = pod, SecretProviderClassName = "app", Mounted = true, TargetPath = "/t" };
}
