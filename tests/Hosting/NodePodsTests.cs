using System.Text.Json;
using CsiSecrets.Hosting;
using CsiSecrets.InPlace.Wishes;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Tests.Hosting;

/// <summary>What a node holds of a pod, however much its author wrote.</summary>
public sealed class NodePodsTests
{
    [Fact]
    public void Fat_LittleIsHeld_AndAllThatIsRead()
    {
        Pod kept = NodePods.Kept(Fat("1"));

        Assert.InRange(JsonSerializer.SerializeToUtf8Bytes(kept, ManifestJson.Default.Pod).Length, 100, 4096);
        Assert.Equal(("shop", "web", "uid-1", "77"), (kept.Metadata.Namespace, kept.Metadata.Name, kept.Metadata.Uid, kept.Metadata.ResourceVersion));
        Assert.Equal("POST :8080/-/reload", kept.Metadata.Annotation(HttpWish.Annotation));
        Assert.Equal(("Running", "10.0.0.1", true), (kept.Status.Phase, kept.Status.PodIP, kept.Spec.HostNetwork));
    }

    [Fact]
    public void ForceSync_OfAnyLength_IsAnotherWheneverItsEndIs()
    {
        string one = NodePods.Kept(Fat("1")).Metadata.Annotation(NodePods.ForceAnnotation)!;
        string two = NodePods.Kept(Fat("2")).Metadata.Annotation(NodePods.ForceAnnotation)!;
        Assert.NotEqual(one, two);
        Assert.Equal(one, NodePods.Kept(Fat("1")).Metadata.Annotation(NodePods.ForceAnnotation));
        Assert.InRange(one.Length, 1, 253);
    }

    [Fact]
    public void Wish_TooLong_IsStillToldSo()
    {
        Pod pod = new()
        {
            Metadata = new ObjectMeta { Annotations = new Dictionary<string, string> { [HttpWish.Annotation] = new('x', 100_000), [SignalWish.Annotation] = new('y', 100_000) } },
        };
        IReadOnlyList<string> problems = PodWishes.Of(NodePods.Kept(pod), signals: true).Problems;
        Assert.Equal(2, problems.Count);
        Assert.Contains("more than 512 characters", problems[0]);
        Assert.Contains("longer than 128 characters", problems[1]);
    }

    private static Pod Fat(string force) => new()
    {
        Metadata = new ObjectMeta
        {
            Namespace = "shop",
            Name = "web",
            Uid = "uid-1",
            ResourceVersion = "77",
            Labels = Enumerable.Range(0, 1000).ToDictionary(i => $"l{i}", _ => new string('v', 63)),
            Annotations = new Dictionary<string, string>
            {
                ["other"] = new('a', 100_000),
                [NodePods.ForceAnnotation] = new string('f', 100_000) + force,
                [HttpWish.Annotation] = "POST :8080/-/reload",
            },
        },
        Spec = new PodSpec
        {
            NodeName = "node-1",
            HostNetwork = true,
            Volumes = [new PodVolume { Name = "v", Csi = new CsiVolumeSource { Driver = "d", VolumeAttributes = new Dictionary<string, string> { ["k"] = new('x', 500_000) } } }],
        },
        Status = new PodStatus { Phase = "Running", PodIP = "10.0.0.1" },
    };
}
