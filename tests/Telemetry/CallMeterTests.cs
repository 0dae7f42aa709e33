using CsiSecrets.Hosting;
using CsiSecrets.Kube;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Providers;
using CsiSecrets.Telemetry;
using CsiSecrets.Tests.Aws.Faults;
using CsiSecrets.Tests.Fakes;
using CsiSecrets.Tests.Providers.Aws;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CsiSecrets.Tests.Telemetry;

/// <summary>What the clients of AWS and of the API server tell the meters.</summary>
public class CallMeterTests
{
    [Fact]
    public async Task Aws_CallsOfAMount_AreCountedWithTheirLatencyAndThrottles()
    {
        await using AwsWorld world = await AwsWorld.StartAsync();
        var meters = new Meters();
        world.Clients.Attempted = attempt => NodeProviders.Count(meters, attempt);
        world.Account("shop", "web");
        world.Server.Seed.Secret("app/db", "marker");
        world.Server.Faults.Add(new Fault { Kind = FaultKind.Throttle, Operation = "GetSecretValue", Times = 1 });
        ClassPlan plan = world.Provider.ReadClass(AwsWorld.Class("[{objectName: app/db, objectType: secretsmanager}]"));
        IReadOnlyList<FetchResult> results = await world.FetchAsync(plan, world.Pod("shop", "web"));
        Assert.Equal("marker", results[0].Text());
        string[] lines = meters.Expose().Split('\n');
        Assert.Contains(Calls("AssumeRoleWithWebIdentity", "ok"), lines);
        Assert.Contains(Calls("GetSecretValue", "ThrottlingException"), lines);
        Assert.Contains(Calls("GetSecretValue", "ok"), lines);
        Assert.Contains("csi_secrets_provider_throttles_total{provider=\"aws\",operation=\"GetSecretValue\"} 1", lines);
        Assert.Contains("csi_secrets_provider_call_duration_seconds_count{provider=\"aws\",operation=\"GetSecretValue\"} 2", lines);
    }

    [Fact]
    public async Task PodIdentityAgent_Call_IsCounted()
    {
        await using AwsWorld world = await AwsWorld.StartAsync();
        var meters = new Meters();
        world.Clients.Attempted = attempt => NodeProviders.Count(meters, attempt);
        ClassPlan plan = world.Provider.ReadClass(AwsWorld.Class("[{objectName: a, objectType: secretsmanager}]", ("usePodIdentity", "true")));
        await world.FetchAsync(plan, world.Pod("shop", "nobody"));
        Assert.Contains(meters.Expose().Split('\n'), line =>
            line.StartsWith("csi_secrets_provider_calls_total{provider=\"aws\",operation=\"GetCredentials\",outcome=\"", StringComparison.Ordinal)
            && !line.Contains("\"ok\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ApiServer_Requests_AreCountedByVerbKindAndCode()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using FakeKubeApi api = await FakeKubeApi.StartAsync(time);
        var told = new List<(string, string, int?)>();
        using var http = new KubeHttp(api.Connection(time), time, NullLogger<KubeHttp>.Instance)
        {
            Attempted = attempt => told.Add((attempt.Request.Words.Verb, attempt.Request.Words.Kind, attempt.Status)),
        };
        await new KubeClient(http, time).GetAsync(ResourceTypes.Pods, new ObjectKey("shop", "none"), TestContext.Current.CancellationToken);
        Assert.Equal([("get", "Pod", 404)], told);
    }

    private static string Calls(string operation, string outcome) =>
        $"csi_secrets_provider_calls_total{{provider=\"aws\",operation=\"{operation}\",outcome=\"{outcome}\"}} 1";
}
