using CsiSecrets.Kube;
using CsiSecrets.Kube.Work;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Tests.Fakes;
using CsiSecrets.Tests.Harness;
using Microsoft.Extensions.Logging.Abstractions;

namespace CsiSecrets.Tests.Kube;

/// <summary>Who works, and who waits.</summary>
public sealed class LeaderElectionTests : IAsyncLifetime
{
    private static readonly ObjectKey Lease = new("default", "csi-secrets-controller");

    private readonly SettableClock time = new(TimeProvider.System.GetUtcNow());
    private readonly List<Candidate> candidates = [];
    private FakeKubeApi api = null!;
    private KubeHttp http = null!;
    private KubeClient client = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        api = await FakeKubeApi.StartAsync();
        http = new KubeHttp(api.Connection(time), time, NullLogger<KubeHttp>.Instance);
        client = new KubeClient(http, time);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await api.DisposeAsync();
    }

    [Fact]
    public async Task Stop_EndsTheWorkFirstAndGivesTheLeaseBack()
    {
        using var one = new Candidate(this, "one");
        using var two = new Candidate(this, "two");
        one.Start();
        await PassAsync(() => one.Leads);
        two.Start();
        await PassForAsync(TimeSpan.FromSeconds(30));
        bool both = two.Leads;
        LeaseSpec held = (await SpecAsync())!;

        await one.StopAsync();
        LeaseSpec released = (await SpecAsync())!;
        await PassAsync(() => two.Leads);

        Assert.False(both);
        Assert.Equal(("one", 15, 0), (held.HolderIdentity, held.LeaseDurationSeconds, held.LeaseTransitions));
        Assert.True(held.RenewTime > held.AcquireTime);
        Assert.True(one.WorkEnded);
        Assert.Contains(released.HolderIdentity, new[] { "", "two" });
        Assert.Equal(1, (await SpecAsync())!.LeaseTransitions);
        await two.StopAsync();
    }

    [Fact]
    public async Task SilentLeader_IsFollowedAfterItsTermAndNotBefore()
    {
        api.Put("leases", """
            {"metadata":{"namespace":"default","name":"csi-secrets-controller"},
             "spec":{"holderIdentity":"gone","leaseDurationSeconds":15,"acquireTime":"2020-01-01T00:00:00.000000Z","renewTime":"2020-01-01T00:00:00.000000Z","leaseTransitions":4}}
            """);
        using var two = new Candidate(this, "two");
        two.Start();
        await PassAsync(() => api.Count("get", "leases") > 0);
        await PassForAsync(TimeSpan.FromSeconds(13));
        bool early = two.Leads;

        // The rest of the term, and its longest wait between two looks.
        await PassForAsync(TimeSpan.FromSeconds(6));
        await Wait.UntilAsync(() => two.Leads, "the other one to lead");

        Assert.False(early);
        Assert.Equal(5, (await SpecAsync())!.LeaseTransitions);
        await two.StopAsync();
    }

    [Fact]
    public async Task LeaseTakenAway_StopsTheWorkAtOnce()
    {
        using var one = new Candidate(this, "one");
        one.Start();
        await PassAsync(() => one.Leads);

        Lease there = (await client.GetAsync(ResourceTypes.Leases, Lease, Ct))!;
        await client.PatchAsync(ResourceTypes.Leases, there.Key, PatchKind.Merge, """{"spec":{"holderIdentity":"thief","renewTime":"2026-01-01T00:00:00.000000Z"}}"""u8.ToArray(), Ct);
        await PassAsync(() => one.WorkEnded);

        Assert.False(one.Leads);
        Assert.Equal("thief", (await SpecAsync())!.HolderIdentity);
        await one.StopAsync();
    }

    [Fact]
    public async Task ServerAway_TheWorkEndsWithinTheRenewalsTimeAndGoesOnLater()
    {
        using var one = new Candidate(this, "one");
        one.Start();
        await PassAsync(() => one.Leads);
        long from = time.GetTimestamp();
        api.Fault = static _ => new FakeKubeApiFault { Code = 500 };

        await PassAsync(() => one.WorkEnded);
        TimeSpan after = time.GetElapsedTime(from);
        api.Fault = static _ => null;
        await PassAsync(() => one.Terms == 2);

        Assert.InRange(after, TimeSpan.FromSeconds(2), LeaderElection.RenewWithin + TimeSpan.FromSeconds(3));
        await one.StopAsync();
    }

    [Fact]
    public async Task AProcessThatStoodStill_MayNotWrite_BeforeAnyTimerHasToldItSo()
    {
        using var one = new Candidate(this, "one");
        Assert.False(one.MayWrite);
        one.Start();
        await PassAsync(() => one.Leads);
        await PassForAsync(TimeSpan.FromSeconds(20));
        Assert.True(one.MayWrite);

        // Nothing of the process has run since.
        time.StandStill(LeaderElection.RenewWithin);
        Assert.False(one.MayWrite);

        await PassAsync(() => one.Terms == 2);
        await PassAsync(() => one.MayWrite);
        await one.StopAsync();
        Assert.False(one.MayWrite);
    }

    [Fact]
    public async Task AnAcquisitionThatIsAnsweredLate_CountsFromWhenItWasAsked()
    {
        using var one = new Candidate(this, "one");
        var hold = new TaskCompletionSource();
        api.Fault = route => route is { Verb: "create", Resource: "leases" } ? new FakeKubeApiFault { Hold = hold.Task } : null;
        one.Start();
        await PassAsync(() => api.Count("create", "leases") == 1);
        time.Advance(TimeSpan.FromSeconds(11));
        hold.SetResult();
        await PassAsync(() => one.Terms >= 1);
        Assert.True(api.Count("update", "leases") > 0 || !one.MayWrite, "no write by the first term alone");
        await one.StopAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task AClockSetByADay_ChangesNoLeader(int days)
    {
        using var one = new Candidate(this, "one");
        using var two = new Candidate(this, "two");
        one.Start();
        await PassAsync(() => one.Leads);
        two.Start();
        await PassForAsync(TimeSpan.FromSeconds(20));

        time.Set(TimeSpan.FromDays(days));
        await PassForAsync(TimeSpan.FromSeconds(60));

        Assert.Equal((1, 0), (one.Terms, two.Terms));
        Assert.Equal(0, (await SpecAsync())!.LeaseTransitions);
        await two.StopAsync();
        await one.StopAsync();
    }

    [Fact]
    public async Task WhoMayNotWrite_SendsNothingButReads()
    {
        api.Put("leases", """{"metadata":{"namespace":"default","name":"csi-secrets-controller"},"spec":{} }""");
        http.MayWrite = static request => request.Words.Kind != "Lease";

        Assert.NotNull(await client.GetAsync(ResourceTypes.Leases, Lease, Ct));
        SecretsException e = await Assert.ThrowsAsync<SecretsException>(
            () => client.PatchAsync(ResourceTypes.Leases, Lease, PatchKind.Merge, "{}"u8.ToArray(), Ct));

        Assert.Equal(FailureReason.KubernetesUnavailable, e.Reason);
        Assert.Equal(0, api.Count("patch", "leases"));
    }

    private async Task<LeaseSpec?> SpecAsync() => (await client.GetAsync(ResourceTypes.Leases, Lease, Ct))?.Spec;

    /// <summary>Lets time pass, and what waits for it run, until something is so. It passes only while every candidate waits for it: no renewal is late because
    /// the machine is.</summary>
    private async Task PassAsync(Func<bool> until)
    {
        for (int left = 3000; !until(); left--)
        {
            Assert.True(left > 0, "it never came about");
            await Wait.UntilAsync(() => until() || candidates.Count(static c => c.Runs) is var run && time.Sleepers >= run, "all to wait for the clock");
            time.Advance(TimeSpan.FromMilliseconds(100));
        }
    }

    private async Task PassForAsync(TimeSpan span)
    {
        long from = time.GetTimestamp();
        await PassAsync(() => time.GetElapsedTime(from) >= span);
    }

    private sealed class Candidate(LeaderElectionTests tests, string identity) : IDisposable
    {
        private readonly CancellationTokenSource stop = new();
        private readonly LeaderElection election = new(tests.client, Lease, identity, tests.time, NullLogger<LeaderElection>.Instance);
        private Task running = Task.CompletedTask;

        public bool Leads => election.IsLeader;

        public bool MayWrite => election.MayWrite;

        public bool WorkEnded { get; private set; }

        public int Terms { get; private set; }

        public bool Runs => !running.IsCompleted;

        public void Start()
        {
            tests.candidates.Add(this);
            running = election.RunAsync(WorkAsync, stop.Token);
        }

        public async Task StopAsync()
        {
            await stop.CancelAsync();
            await running;
        }

        public void Dispose() => stop.Dispose();

        private async Task WorkAsync(CancellationToken term)
        {
            Terms++;
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, tests.time, term);
            }
            finally
            {
                WorkEnded = true;
            }
        }
    }
}
