using System.Text.Json.Nodes;
using CsiSecrets.Tests.Harness;

namespace CsiSecrets.Tests.Sync;

/// <summary>An hour in which nothing changes.</summary>
public sealed class QuietHourTests
{
    private const int Count = 200;

    [Fact]
    public async Task Of200ExternalSecrets_WritesTheirRefreshTimesAndNothingElse()
    {
        await using ControllerUnderTest controller = await ControllerUnderTest.StartAsync(c =>
        {
            foreach (string name in Names())
            {
                c.Remote.Put(name, "value");
                c.ExternalSecret($"{{secretStoreRef: {{name: main}}, refreshInterval: 25m, data: [{{secretKey: v, remoteRef: {{key: {name}}}}}]}}", name);
            }
        });
        await Wait.UntilAsync(() => Names().All(n => controller.Ready(name: n).StartsWith("True", StringComparison.Ordinal)), "all to be synced");
        await controller.PassUntilAsync(() => controller.Events().Count > Count, TimeSpan.FromMinutes(10), "the events of the beginning");
        string[] secrets = [.. Names().Select(n => controller.Secret(n)!.ToJsonString())];
        string[] before = [.. Names().Select(n => WithoutRefreshTime(controller, n))];
        int from = controller.Api.Requests.Count;
        int calls = controller.Remote.Calls.Count;

        await controller.PassQuietlyAsync(TimeSpan.FromHours(1));

        string[] writes = [.. controller.Api.Requests.Skip(from).Where(static r => r.Split(' ')[0] is not ("get" or "list" or "watch"))];
        Assert.Equal(["patch externalsecrets/status"], writes.Distinct());
        Assert.Equal(controller.Remote.Calls.Count - calls, writes.Length);
        Assert.Equal(2 * Count, writes.Length);
        Assert.DoesNotContain(controller.Remote.Calls.Skip(calls), static c => c.StartsWith("read", StringComparison.Ordinal));
        Assert.Equal(secrets, Names().Select(n => controller.Secret(n)!.ToJsonString()));
        Assert.Equal(before, Names().Select(n => WithoutRefreshTime(controller, n)));
    }

    private static IEnumerable<string> Names() => Enumerable.Range(0, Count).Select(static i => $"db-{i}");

    private static string WithoutRefreshTime(ControllerUnderTest controller, string name)
    {
        JsonObject one = controller.Api.Get("externalsecrets", ControllerUnderTest.Ns, name)!;
        ((JsonObject)one["status"]!).Remove("refreshTime");
        ((JsonObject)one["metadata"]!).Remove("resourceVersion");
        ((JsonObject)one["metadata"]!).Remove("managedFields");
        return one.ToJsonString();
    }
}
