using CsiSecrets.Hosting;
using YamlDotNet.RepresentationModel;

namespace CsiSecrets.Tests.Manifests;

/// <summary>The DaemonSet's arguments and paths, held against the program's own flags.</summary>
public sealed class DaemonSetTests
{
    public static TheoryData<string> Variants => [.. Directory.GetFiles(Path.Combine(Repository.Root, "daemonset/rendered")).Select(f => Path.GetFileName(f)!)];

    [Theory]
    [MemberData(nameof(Variants))]
    public void Arguments_OfTheContainer_AreKnownAndHaveAnEffect(string variant)
    {
        string[] arguments = Arguments(PodSpec(variant));

        (NodeOptions options, IReadOnlyList<string> errors) = NodeOptions.Read(
            [.. arguments.Skip(1).Select(a => a.Replace("$(KUBE_NODE_NAME)", "node1", StringComparison.Ordinal))]);

        Assert.Equal("node", arguments[0]);
        Assert.Empty(errors);
        Assert.Empty(options.Notices);
        Assert.Equal("node1", options.Volumes.NodeName);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Paths_OfHostAndContainer_Agree(string variant)
    {
        YamlNode pod = PodSpec(variant);
        Dictionary<string, string> host = Sequence(pod["volumes"]).ToDictionary(v => Text(v["name"]), v => Text(v["hostPath"]["path"]));
        Dictionary<string, string> inside = Sequence(Container(pod)["volumeMounts"]).ToDictionary(m => Text(m["name"]), m => Text(m["mountPath"]));
        (NodeOptions options, _) = NodeOptions.Read(Arguments(pod)[1..]);

        Assert.Equal(host["mountpoint-dir"], inside["mountpoint-dir"]);
        Assert.Equal(options.RegistrationDirectory, inside["registration-dir"]);
        Assert.Equal(host["plugin-dir"] + options.SocketPath[inside["plugin-dir"].Length..], options.HostSocket);
        Assert.Equal(options.Volumes.StateDirectory, inside["state-dir"]);
        Assert.Equal(host.Keys.Order(), inside.Keys.Order());
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void TheNodesProcesses_AreSeenWhereSignalsAreSentAndNowhereElse(string variant)
    {
        YamlNode pod = PodSpec(variant);
        (NodeOptions options, _) = NodeOptions.Read(Arguments(pod)[1..]);

        Assert.Equal(variant == "reload-signals.yaml", options.InPlace.Signals);
        Assert.Equal(variant is "reload-signals.yaml" or "in-place-reload.yaml", options.InPlace.Enabled);
        Assert.Equal(options.InPlace.Signals, ((YamlMappingNode)pod).Children.TryGetValue("hostPID", out YamlNode? sees) && Text(sees) == "true");
        Assert.DoesNotContain("hostNetwork", ((YamlMappingNode)pod).Children.Keys.Select(Text));
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Ports_OfTheContainer_AreThoseOfTheFlags(string variant)
    {
        YamlNode pod = PodSpec(variant);
        Dictionary<string, string> ports = Sequence(Container(pod)["ports"]).ToDictionary(p => Text(p["name"]), p => Text(p["containerPort"]));
        (NodeOptions options, _) = NodeOptions.Read(Arguments(pod)[1..]);

        Assert.Equal(":" + ports["healthz"], options.HealthAddress);
        Assert.Equal(":" + ports["metrics"], options.MetricsAddress);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void EveryTaint_IsTolerated_ButNoPodWaitsForANodeThatRunsNone(string variant)
    {
        YamlNode pod = PodSpec(variant);
        YamlNode term = Assert.Single(Sequence(pod["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"]));

        Assert.Equal("Exists", Text(Assert.Single(Sequence(pod["tolerations"]))["operator"]));
        Assert.Equal(
            ["eks.amazonaws.com/compute-type NotIn fargate", "type NotIn virtual-kubelet"],
            Sequence(term["matchExpressions"]).Select(e => $"{Text(e["key"])} {Text(e["operator"])} {string.Join(',', Sequence(e["values"]).Select(Text))}"));
    }

    private static YamlNode PodSpec(string variant) =>
        Repository.Documents("daemonset/rendered/" + variant).Single(d => Text(d["kind"]) == "DaemonSet")["spec"]["template"]["spec"];

    private static YamlNode Container(YamlNode pod) => Assert.Single(Sequence(pod["containers"]));

    private static string[] Arguments(YamlNode pod) => [.. Sequence(Container(pod)["args"]).Select(Text)];

    private static IEnumerable<YamlNode> Sequence(YamlNode node) => ((YamlSequenceNode)node).Children;

    private static string Text(YamlNode node) => ((YamlScalarNode)node).Value!;
}
