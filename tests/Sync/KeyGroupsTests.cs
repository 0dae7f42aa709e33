using CsiSecrets.Sync;

namespace CsiSecrets.Tests.Sync;

public sealed class KeyGroupsTests
{
    private readonly KeyGroups<string, string> groups = new();

    [Fact]
    public void Member_AddedTwice_IsThereOnceAndGoesWithOneRemoval()
    {
        groups.Add("target", "one");
        groups.Add("target", "two");
        groups.Add("target", "one");
        Assert.Equal(["one", "two"], groups.Of("target"));

        groups.Remove("target", "one");
        groups.Remove("target", "never there");
        Assert.Equal(["two"], groups.Of("target"));

        groups.Remove("target", "two");
        Assert.Empty(groups.Of("target"));
    }

    [Fact]
    public void Members_AddedAndRemovedByManyThreads_AreNeitherLostNorLeft()
    {
        Parallel.For(0, 1000, i =>
        {
            groups.Add("target", $"stays {i % 8}");
            groups.Add("target", $"goes {i}");
            groups.Remove("target", $"goes {i}");
        });

        Assert.Equal(Enumerable.Range(0, 8).Select(i => $"stays {i}"), groups.Of("target").Order(StringComparer.Ordinal));
    }
}
