using CsiSecrets.Tests.Harness;
using CsiSecrets.Volumes;

namespace CsiSecrets.Tests.Hostile;

/// <summary>What a refused call must not leave, and what every refusal must say.</summary>
internal static class Remains
{
    private const int LongestMessage = 5000;

    /// <summary>No mount, no folder, no state file, no volume, no budget.</summary>
    public static void None(NodeUnderTest node, PodUnderTest pod)
    {
        Assert.Empty(node.Mounts.List(node.Folder.Path));
        Assert.False(Path.Exists(pod.TargetPath), $"{pod.TargetPath} is there");
        Assert.False(File.Exists(Path.Combine(node.Options.Volumes.StateDirectory, Volume.FileNameOf(pod.VolumeId))), "a state file is there");
        Assert.Empty(Directory.EnumerateFiles(node.Options.Volumes.StateDirectory, "*.tmp"));
        Assert.Equal((0, 0L), (node.Engine.Store.Count, node.Engine.Budget.Held));
    }

    /// <summary>One readable line that holds each of these.</summary>
    public static void Says(string message, params string[] parts)
    {
        Assert.All(parts, part => Assert.Contains(part, message, StringComparison.Ordinal));
        Assert.InRange(message.Length, 1, LongestMessage);
        Assert.DoesNotContain(message, c => char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029' or '\u202e');
        Assert.DoesNotContain("unexpected", message, StringComparison.Ordinal);
    }

    /// <summary>The published volume keeps its files, its kubelet hears OK, and everybody else hears of the trouble.</summary>
    public static async Task KeptAsync(PodUnderTest pod, string file, string content, params string[] parts)
    {
        Assert.Equal(content, pod.Read(file));
        var condition = (await pod.StatsAsync()).VolumeCondition;
        Assert.True(condition.Abnormal);
        Says(condition.Message, parts);
    }
}
