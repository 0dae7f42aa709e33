using System.Text;
using System.Text.Json;
using CsiSecrets.Kube;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Tests.Kube;

public sealed class ListPageTests
{
    private const string Page = """
        {"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"77","continue":"next"},"other":{"items":[{"metadata":{"name":"not-me"}}]},
         "items":[{"metadata":{"name":"a","labels":{"x":"]}"}},"spec":{"containers":[{"items":[1]}],"volumes":[]}},{"metadata":{"name":"b"}}]}
        """;

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public async Task Read_InPiecesOfAnySize_HandsOutEveryItemOnce(int piece)
    {
        var names = new List<string>();
        using var body = new SlowStream(Encoding.UTF8.GetBytes(Page), piece);

        ListMeta meta = await ListPage.ReadAsync(
            body, ManifestJson.Default.Pod, pod => names.Add(pod.Metadata.Name), TestContext.Current.CancellationToken);

        Assert.Equal(["a", "b"], names);
        Assert.Equal("77", meta.ResourceVersion);
        Assert.Equal("next", meta.Continue);
    }

    [Fact]
    public async Task Read_CutOff_IsAnError()
    {
        using var body = new SlowStream(Encoding.UTF8.GetBytes(Page[..^5]), 16);

        await Assert.ThrowsAnyAsync<JsonException>(
            () => ListPage.ReadAsync(body, ManifestJson.Default.Pod, static _ => { }, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Watch_EventsOfEachKind_AreReadInOrder()
    {
        const string text = """
            {"type":"ADDED","object":{"metadata":{"name":"a","resourceVersion":"1"}}}
            {"object":{"metadata":{"name":"a","resourceVersion":"2"}},"type":"MODIFIED"}
            {"type":"BOOKMARK","object":{"kind":"Pod","metadata":{"resourceVersion":"9"}}}
            {"type":"DELETED","object":{"metadata":{"name":"a","resourceVersion":"10"}}}
            {"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired"}}
            {"type":"ADDED","object":{"metad
            """;
        using var body = new SlowStream(Encoding.UTF8.GetBytes(text), 5);
        var seen = new List<string>();

        await foreach (WatchEvent<Pod> e in WatchLines.ReadAsync(body, ResourceTypes.Pods, "watch", TestContext.Current.CancellationToken))
        {
            seen.Add($"{e.Kind} {e.Object?.Metadata.Name} {e.ResourceVersion}");
        }

        Assert.Equal(["Added a 1", "Modified a 2", "Bookmark  9", "Deleted a 10", "Expired  "], seen);
    }

    /// <summary>Gives at most a few bytes at a time, as a network does.</summary>
    private sealed class SlowStream(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
    }
}
