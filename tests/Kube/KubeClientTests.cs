using CsiSecrets.Kube;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Tests.Fakes;
using CsiSecrets.Tests.Harness;
using Microsoft.Extensions.Logging.Abstractions;

namespace CsiSecrets.Tests.Kube;

/// <summary>The client when the server misbehaves.</summary>
public sealed class KubeClientTests : IAsyncLifetime
{
    private static readonly ObjectKey Web = new("shop", "web");
    private static readonly ResourceType<AnyObject> ConfigMaps = AnyObject.Type("", "v1", "configmaps", "ConfigMap", true);

    private readonly SettableClock time = new(TimeProvider.System.GetUtcNow());
    private FakeKubeApi api = null!;
    private KubeHttp http = null!;
    private KubeClient client = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        api = await FakeKubeApi.StartAsync(time);
        api.Put("pods", """{"metadata":{"namespace":"shop","name":"web","labels":{"app":"web"}},"spec":{"nodeName":"n1"}}""");
        http = new KubeHttp(api.Connection(time), time, NullLogger<KubeHttp>.Instance);
        client = new KubeClient(http, time);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await api.DisposeAsync();
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    public async Task Get_FailsTwice_IsRepeated(int code)
    {
        api.Fault = _ => api.Requests.Count <= 2 ? new FakeKubeApiFault { Code = code } : null;

        Pod? pod = await PassingTime(client.GetAsync(ResourceTypes.Pods, Web, Ct));

        Assert.Equal("web", pod?.Metadata.Name);
        Assert.Equal(3, api.Count("get", "pods"));
    }

    [Theory]
    [InlineData("admission webhook \"policy.example.com\" denied the request: no", "KubernetesInvalid", false)]
    [InlineData("secrets \"a\" is forbidden: exceeded quota: q, requested: secrets=1, used: secrets=1, limited: secrets=1", "KubernetesInvalid", false)]
    [InlineData("secrets \"a\" is forbidden: unable to create new content in namespace shop because it is being terminated", "KubernetesInvalid", false)]
    [InlineData("secrets is forbidden: User \"u\" cannot create resource \"secrets\" in API group \"\" in the namespace \"shop\"", "KubernetesDenied", true)]
    public void Forbidden_ByAdmissionOrForLackOfAPermission_IsToldApart(string said, string reason, bool grant)
    {
        SecretsException e = KubeErrors.ToException("create Secret shop/a", System.Net.HttpStatusCode.Forbidden, new ApiStatus { Message = said });

        Assert.Equal(reason, e.Reason.ToString());
        Assert.Contains(said, e.Message, StringComparison.Ordinal);
        Assert.Equal(grant, e.Remedy.Contains("grant", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(429, 5)]
    [InlineData(500, 1)]
    public async Task Create_Fails_IsRepeatedOnlyWhenNothingWasDone(int code, int calls)
    {
        api.Fault = _ => new FakeKubeApiFault { Code = code };

        SecretsException e = await Assert.ThrowsAsync<SecretsException>(
            () => PassingTime(client.CreateAsync(ConfigMaps, AnyObject.Of("shop", "a", "{}"), Ct)));

        Assert.Equal(FailureReason.KubernetesUnavailable, e.Reason);
        Assert.Equal(calls, api.Count("create", "configmaps"));
    }

    [Fact]
    public async Task RetryAfter_IsWaitedFor()
    {
        api.Fault = _ => api.Requests.Count == 1 ? new FakeKubeApiFault { Code = 429, RetryAfter = 7 } : null;
        DateTimeOffset before = time.GetUtcNow();

        await PassingTime(client.GetAsync(ResourceTypes.Pods, Web, Ct));

        Assert.True(time.GetUtcNow() - before >= TimeSpan.FromSeconds(7));
    }

    [Fact]
    public async Task Token_Renewed_IsReadAgainWithinTheCall()
    {
        await client.GetAsync(ResourceTypes.Pods, Web, Ct);
        api.RenewToken();

        Assert.NotNull(await client.GetAsync(ResourceTypes.Pods, Web, Ct));
        Assert.Equal(3, api.Count("get", "pods"));
    }

    [Fact]
    public async Task Server_AwayAndBack_IsFoundAgain()
    {
        await client.GetAsync(ResourceTypes.Pods, Web, Ct);
        await api.GoAwayAsync();
        SecretsException e = await Assert.ThrowsAsync<SecretsException>(() => PassingTime(client.GetAsync(ResourceTypes.Pods, Web, Ct)));
        await api.ComeBackAsync();

        Assert.Equal(FailureReason.KubernetesUnavailable, e.Reason);
        Assert.NotNull(await PassingTime(client.GetAsync(ResourceTypes.Pods, Web, Ct)));
    }

    [Fact]
    public async Task Get_NoAnswer_EndsAfterItsTime()
    {
        var never = new TaskCompletionSource();
        api.Fault = _ => new FakeKubeApiFault { Hold = never.Task };

        SecretsException e = await Assert.ThrowsAsync<SecretsException>(() => PassingTime(client.GetAsync(ResourceTypes.Pods, Web, Ct)));

        Assert.Contains("15 s", e.Message, StringComparison.Ordinal);
        Assert.Equal(1, api.Count("get", "pods"));
    }

    [Fact]
    public async Task Get_AnswerCutOff_IsRepeated()
    {
        api.Fault = _ => api.Requests.Count == 1 ? new FakeKubeApiFault { Cut = true } : null;

        Assert.NotNull(await PassingTime(client.GetAsync(ResourceTypes.Pods, Web, Ct)));
        Assert.Equal(2, api.Count("get", "pods"));
    }

    [Fact]
    public async Task List_CutOff_FailsAndHandsOutNothingTwice()
    {
        for (int n = 0; n < 50; n++)
        {
            api.Put("configmaps", $$$"""{"metadata":{"namespace":"shop","name":"c{{{n}}}"}}""");
        }

        api.Fault = _ => new FakeKubeApiFault { Cut = true };
        var names = new List<string>();

        SecretsException e = await Assert.ThrowsAsync<SecretsException>(
            () => PassingTime(client.ListAsync(ConfigMaps, KubeQuery.All, c => names.Add(c.Metadata.Name), Ct)));

        Assert.Equal(FailureReason.KubernetesUnavailable, e.Reason);
        Assert.Equal(names.Distinct(), names);
        Assert.Equal(1, api.Count("list", "configmaps"));
    }

    [Fact]
    public async Task List_PagesExpireBetween_IsAConflict()
    {
        for (int n = 0; n < 501; n++)
        {
            api.Put("configmaps", $$$"""{"metadata":{"namespace":"shop","name":"c{{{n}}}"}}""");
        }

        int seen = 0;
        SecretsException e = await Assert.ThrowsAsync<SecretsException>(() => client.ListAsync(ConfigMaps, KubeQuery.All, OneMore, Ct));
        Assert.Equal(FailureReason.KubernetesConflict, e.Reason);

        seen = 1;
        await client.ListAsync(ConfigMaps, KubeQuery.All with { FromCache = true }, OneMore, Ct);
        Assert.Equal(502, seen);

        void OneMore(AnyObject item)
        {
            if (seen++ == 0)
            {
                api.Expire();
            }
        }
    }

    [Fact]
    public async Task Watch_SelectedObjects_ComeAndGo()
    {
        var query = new KubeQuery { FieldSelector = "spec.nodeName=n1", LabelSelector = "app in (web, db),!old" };
        string from = await client.ListAsync(ResourceTypes.Pods, query, static _ => { }, Ct);
        await using IAsyncEnumerator<WatchEvent<Pod>> events = client.WatchAsync(ResourceTypes.Pods, query, from, Ct).Where(static e => e.Kind != WatchKind.Opened).GetAsyncEnumerator(Ct);
        api.Put("pods", """{"metadata":{"namespace":"shop","name":"other","labels":{"app":"web"}},"spec":{"nodeName":"n2"}}""");
        api.Put("pods", """{"metadata":{"namespace":"shop","name":"db","labels":{"app":"db"}},"spec":{"nodeName":"n1"}}""");
        api.Put("pods", """{"metadata":{"namespace":"shop","name":"db","labels":{"app":"db","old":""}},"spec":{"nodeName":"n1"}}""");
        api.Bookmark();
        var seen = new List<string>();

        while (seen.Count < 3 && await events.MoveNextAsync())
        {
            seen.Add($"{events.Current.Kind} {events.Current.Object?.Metadata.Name}");
        }

        Assert.Equal(["Added db", "Deleted db", "Bookmark "], seen);
    }

    [Fact]
    public async Task Watch_Dropped_FailsAndResumesWhereItWas()
    {
        string from = await client.ListAsync(ResourceTypes.Pods, KubeQuery.All, static _ => { }, Ct);
        await using IAsyncEnumerator<WatchEvent<Pod>> events = client.WatchAsync(ResourceTypes.Pods, KubeQuery.All, from, Ct).Where(static e => e.Kind != WatchKind.Opened).GetAsyncEnumerator(Ct);
        api.Put("pods", """{"metadata":{"namespace":"shop","name":"a"}}""");
        Assert.True(await events.MoveNextAsync());
        string at = events.Current.ResourceVersion;
        api.DropWatches();
        SecretsException e = await Assert.ThrowsAsync<SecretsException>(async () => await events.MoveNextAsync());
        api.Put("pods", """{"metadata":{"namespace":"shop","name":"b"}}""");

        await using IAsyncEnumerator<WatchEvent<Pod>> again = client.WatchAsync(ResourceTypes.Pods, KubeQuery.All, at, Ct).Where(static e => e.Kind != WatchKind.Opened).GetAsyncEnumerator(Ct);
        Assert.True(await again.MoveNextAsync());

        Assert.Equal(FailureReason.KubernetesUnavailable, e.Reason);
        Assert.Equal("b", again.Current.Object?.Metadata.Name);
    }

    [Fact]
    public async Task Watch_VersionForgotten_IsExpired()
    {
        string from = await client.ListAsync(ResourceTypes.Pods, KubeQuery.All, static _ => { }, Ct);
        api.Expire();
        await using IAsyncEnumerator<WatchEvent<Pod>> events = client.WatchAsync(ResourceTypes.Pods, KubeQuery.All, from, Ct).Where(static e => e.Kind != WatchKind.Opened).GetAsyncEnumerator(Ct);

        Assert.True(await events.MoveNextAsync());
        Assert.Equal(WatchKind.Expired, events.Current.Kind);
        Assert.False(await events.MoveNextAsync());
    }

    [Fact]
    public async Task Watch_ItsTimeIsOver_EndsWithoutError()
    {
        string from = await client.ListAsync(ResourceTypes.Pods, KubeQuery.All, static _ => { }, Ct);
        await using IAsyncEnumerator<WatchEvent<Pod>> events = client.WatchAsync(ResourceTypes.Pods, KubeQuery.All, from, Ct).GetAsyncEnumerator(Ct);
        Assert.True(await events.MoveNextAsync());
        Assert.Equal(WatchKind.Opened, events.Current.Kind);
        await Wait.UntilAsync(() => api.Watching == 1, "the watch to stand");
        Task<bool> more = events.MoveNextAsync().AsTask();

        for (int seconds = 0; api.Watching > 0; seconds++)
        {
            Assert.InRange(seconds, 0, 3600);
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.False(await more);
    }

    [Fact]
    public async Task Kind_NotServed_SaysWhatToInstall()
    {
        api.Unserve("secretproviderclasses");

        SecretsException e = await Assert.ThrowsAsync<SecretsException>(() => client.GetAsync(ResourceTypes.SecretProviderClasses, Web, Ct));

        Assert.Contains("crds/", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replace_ObjectGone_IsNull()
    {
        AnyObject made = await client.CreateAsync(ConfigMaps, AnyObject.Of("shop", "a", "{}"), Ct);
        api.Delete("configmaps", "shop", "a");

        Assert.Null(await client.ReplaceAsync(ConfigMaps, made, Ct));
    }

    /// <summary>The call's result. Time passes only while it waits for the clock, or the test holds its answer: a busy machine's answer is in time.</summary>
    private async Task<T> PassingTime<T>(Task<T> call)
    {
        while (!call.IsCompleted)
        {
            await Wait.UntilAsync(() => call.IsCompleted || time.Sleepers > 0 || api.Holding > 0, "the call, or its wait");
            time.Advance(TimeSpan.FromMilliseconds(100));
        }

        return await call;
    }
}
