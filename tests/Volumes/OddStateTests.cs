using System.Text.Json.Nodes;
using CsiSecrets.Tests.Harness;

namespace CsiSecrets.Tests.Volumes;

/// <summary>State files of another version, or of nobody knows whom: a start takes what makes sense of them, and never fails for the rest.</summary>
public sealed class OddStateTests : IAsyncLifetime
{
    private NodeUnderTest node = null!;

    public static TheoryData<string, string, string> Oddities => new()
    {
        { "volumes", "volumeId", "null" },
        { "volumes", "bootId", "null" },
        { "volumes", "targetPath", "null" },
        { "volumes", "targetPath", "\"relative\"" },
        { "volumes", "targetPath", "\"/proc/self/exe/mount\"" },
        { "volumes", "pod", "null" },
        { "volumes", "pod", "{}" },
        { "volumes", "className", "null" },
        { "volumes", "provider", "null" },
        { "volumes", "objects", "null" },
        { "volumes", "objects", "[null]" },
        { "volumes", "objects", """[{"name":"db","key":"00000000000000000000000000000001","shape":"","files":[null]}]""" },
        { "volumes", "listings", "null" },
        { "volumes", "interval", "\"00:00:00\"" },
        { "volumes", "interval", "\"-1.00:00:00\"" },
        { "volumes", "interval", "\"10675199.02:48:05.4775807\"" },
        { "volumes", "succeededAt", "\"9999-12-31T23:59:59+00:00\"" },
        { "volumes", "succeededAt", "\"0001-01-01T00:00:00+00:00\"" },
        { "volumes", "notBefore", "\"9999-12-31T23:59:59+00:00\"" },
        { "volumes", "failure", """{"reason":"Internal","message":null,"since":"2026-03-02T08:00:00Z","at":"9999-12-31T23:59:59Z","count":-5,"retryAt":"9999-12-31T23:59:59Z"}""" },
        { "volumes", "source", "\"SomethingNew\"" },
        { "volumes", "source", "77" },
        { "volumes", "added", """{"by":"a later version"}""" },
        { "", "objects", "null" },
        { "", "objects", "[null]" },
        { "", "objects", """[{"key":"00000000000000000000000000000001","version":"1","checkedAt":"9999-12-31T23:59:59Z"}]""" },
        { "", "listings", "[null]" },
        { "", "listings", """[{"key":"00000000000000000000000000000001","version":"1","checkedAt":"9999-12-31T23:59:59Z"}]""" },
        { "", "denied", "[null]" },
        { "", "denied", "null" },
    };

    public async ValueTask InitializeAsync() => node = await Breakage.NodeAsync();

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Theory]
    [MemberData(nameof(Oddities))]
    public async Task Field_Odd_TheNextProcessStarts_AndTheVolumeFollowsItsSecretAgain(string folder, string field, string value)
    {
        PodUnderTest pod = node.Pod("shop", "web", "creds");
        await pod.PublishAsync();
        await node.PassAsync(TimeSpan.FromSeconds(135)); // a refresh: both kinds of files are there
        foreach (string file in Directory.EnumerateFiles(Path.Combine(node.Options.Volumes.StateDirectory, folder), "*.json"))
        {
            JsonNode state = JsonNode.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))!;
            state[field] = JsonNode.Parse(value);
            await File.WriteAllTextAsync(file, state.ToJsonString(), TestContext.Current.CancellationToken);
        }

        node.Secrets.Put("db", "second");
        await node.RestartAsync();
        await pod.PublishAsync();
        await node.PassAsync(TimeSpan.FromSeconds(135));

        Assert.Equal("second", pod.Read("db"));
        Assert.Single(node.Mounts.Calls, static c => c.StartsWith("mount", StringComparison.Ordinal));
        Assert.InRange(node.Secrets.Calls.Count, 2, 6);
        Assert.Equal(200, (await node.Endpoints.LiveAsync()).Status);
    }
}
