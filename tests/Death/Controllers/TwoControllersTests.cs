using System.Text.Json.Nodes;
using CsiSecrets.Kube;
using CsiSecrets.Kube.Work;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Tests.Aws.Faults;
using CsiSecrets.Tests.Kube;
using CsiSecrets.Tests.Sync.RealServer;

namespace CsiSecrets.Tests.Death.Controllers;

/// <summary>Processes of the controller and one Lease on a server that is not ours.</summary>
public sealed class TwoControllersTests(RealApiServer server) : IClassFixture<RealApiServer>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task LeaderStoppedThenEndedThenKilled_OneWritesAtATime_AndTheNextIsThereInTime()
    {
        await using RealController cluster = await RealController.StartAsync(server, boot: false);
        cluster.Aws.Seed.Secret("app-db", "one");
        cluster.Aws.Seed.Secret("late-db", "one");
        await ExternalSecretAsync(cluster, "app");
        await using ControllerProcess a = Run(cluster, "a");
        await LeaderAsync(cluster, "a", a);
        await cluster.SyncedAsync();
        await using ControllerProcess b = Run(cluster, "b");
        string app = await VersionAsync(cluster, "Secret", "app");

        // A leader that stands still in the middle of a sync, with the answer of AWS at hand when it goes on.
        var asked = new TaskCompletionSource();
        cluster.Aws.Calls.Added = call => _ = call.Objects.Any(static o => o.Contains("late-db", StringComparison.Ordinal)) && asked.TrySetResult();
        cluster.Aws.Faults.Add(new Fault { Kind = FaultKind.Delay, Object = "*late-db*", Delay = TimeSpan.FromSeconds(2), Times = 1 });
        await ExternalSecretAsync(cluster, "late");
        await asked.Task.WaitAsync(Ct);
        await a.SignalAsync("STOP");
        DateTimeOffset renewed = (await LeaseAsync(cluster)).RenewTime!.Value;
        await LeaderAsync(cluster, "b", b);
        await AssertAfterTheTermAsync(cluster, renewed);
        await cluster.SyncedAsync("late");
        cluster.Aws.Seed.Secret("late-db", "two");
        await cluster.MergeAsync("ExternalSecret", "late", """{"metadata":{"annotations":{"force-sync":"1"} } }""");
        await cluster.HoldsAsync("late", ("late", "two"));
        await cluster.SyncedAsync("late");
        string state = await QuietStateAsync(cluster);
        int said = a.Said.Length;

        await a.SignalAsync("CONT");
        await RealController.UntilAsync(() => Task.FromResult(a.Said[said..].Contains("is no longer held", StringComparison.Ordinal)), () => a.Said);
        await ExternalSecretAsync(cluster, "after");
        await cluster.SyncedAsync("after");
        Assert.Equal(state, await StateAsync(cluster));

        // One that is asked to end gives the lease back.
        await b.SignalAsync("TERM");
        Assert.Equal(0, await b.ExitAsync());
        Assert.False((await LeaseAsync(cluster)).HolderIdentity?.StartsWith("b_", StringComparison.Ordinal), "the lease is given back before the end");
        await LeaderAsync(cluster, "a", a);

        // One that is killed cannot.
        await using ControllerProcess c = Run(cluster, "c");
        a.Kill();
        renewed = (await LeaseAsync(cluster)).RenewTime!.Value;
        await ExternalSecretAsync(cluster, "last");
        await LeaderAsync(cluster, "c", c);
        await AssertAfterTheTermAsync(cluster, renewed);
        await cluster.SyncedAsync("last");
        Assert.Equal(app, await VersionAsync(cluster, "Secret", "app"));
        Assert.True((await LeaseAsync(cluster)).LeaseTransitions >= 3);
    }

    private ControllerProcess Run(RealController cluster, string name) => ControllerProcess.Start(
        server.Kubeconfig, cluster.Aws.Url, name, cluster.Ns, "--namespace", cluster.Ns, "--enable-leader-election");

    private static Task ExternalSecretAsync(RealController cluster, string name) => cluster.PutAsync("ExternalSecret", name, $$"""
        {secretStoreRef: {name: main}, refreshInterval: 10h, data: [{secretKey: {{name}}, remoteRef: {key: {{(name == "late" ? "late" : "app")}}-db} }]}
        """);

    private static async Task<LeaseSpec> LeaseAsync(RealController cluster) =>
        (await cluster.Client.GetAsync(ResourceTypes.Leases, new ObjectKey(cluster.Ns, "external-secrets-controller"), Ct))?.Spec ?? LeaseSpec.Empty;

    private static Task LeaderAsync(RealController cluster, string name, ControllerProcess process) => RealController.UntilAsync(
        async () => (await LeaseAsync(cluster)).HolderIdentity?.StartsWith(name + "_", StringComparison.Ordinal) == true, () => $"{name} to lead\n{process.Said}");

    /// <summary>How soon after it is a matter of <c>LeaderElectionTests</c>' clock.</summary>
    private static async Task AssertAfterTheTermAsync(RealController cluster, DateTimeOffset renewed)
    {
        TimeSpan after = (await LeaseAsync(cluster)).AcquireTime!.Value - renewed;
        Assert.True(after >= LeaderElection.Term, $"{after}");
    }

    private static async Task<string> VersionAsync(RealController cluster, string kind, string name) =>
        (string)(await cluster.GetAsync(kind, name))!["metadata"]!["resourceVersion"]!;

    /// <summary>The versions of all that two writers could have written.</summary>
    private static async Task<string> StateAsync(RealController cluster)
    {
        var all = new List<string>();
        foreach ((string kind, string name) in ((string, string)[])[("Secret", "app"), ("Secret", "late"), ("ExternalSecret", "app"), ("ExternalSecret", "late"), ("SecretStore", "main")])
        {
            JsonNode one = (await cluster.GetAsync(kind, name))!;
            all.Add($"{kind} {name} {one["metadata"]!["resourceVersion"]}");
        }

        await cluster.Client.ListAsync(ResourceTypes.Events, new KubeQuery { Namespace = cluster.Ns }, e => all.Add($"Event {e.InvolvedObject?.Name} {e.Reason}"), Ct);
        return string.Join('\n', all.Where(static l => !l.Contains("after", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    /// <summary>Once the leader's events of before are written, too.</summary>
    private static async Task<string> QuietStateAsync(RealController cluster)
    {
        await RealController.UntilAsync(async () => (await StateAsync(cluster)).Contains("Event late Updated", StringComparison.Ordinal), () => "the leader's last event");
        return await StateAsync(cluster);
    }
}
