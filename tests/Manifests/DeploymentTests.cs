using CsiSecrets.Hosting;
using YamlDotNet.RepresentationModel;

namespace CsiSecrets.Tests.Manifests;

/// <summary>The Deployment's arguments and ports, held against the program's own flags; and what a careful cluster asks of its pods.</summary>
public sealed class DeploymentTests
{
    public static TheoryData<string> Variants => [.. Directory.GetFiles(Path.Combine(Repository.Root, "controller/rendered")).Select(f => Path.GetFileName(f)!)];

    [Theory]
    [MemberData(nameof(Variants))]
    public void Arguments_OfTheContainer_AreKnownAndHaveAnEffect(string variant)
    {
        string[] arguments = Texts(Container(Spec(variant))["args"]);

        (ControllerOptions options, IReadOnlyList<string> errors) = ControllerOptions.Read(arguments[1..]);

        Assert.Equal("controller", arguments[0]);
        Assert.Empty(errors);
        Assert.Empty(options.Notices);
        Assert.True(options.LeaderElection);
        Assert.Equal(variant.StartsWith("reloader", StringComparison.Ordinal), options.Reload.Enabled);
        Assert.Equal(variant == "secret-objects.yaml", options.SecretObjects);
        Assert.Equal(variant == "generic-targets.yaml", options.Sync.GenericTargets);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Ports_OfTheContainer_AreThoseOfTheFlags(string variant)
    {
        YamlNode container = Container(Spec(variant));
        (ControllerOptions options, _) = ControllerOptions.Read(Texts(container["args"])[1..]);
        Dictionary<string, string> ports = ((YamlSequenceNode)container["ports"]).Children.ToDictionary(p => Text(p["name"]), p => Text(p["containerPort"]));

        Assert.Equal((":" + ports["live"], ":" + ports["metrics"]), (options.LiveAddress, options.MetricsAddress));
        Assert.Equal("live", Text(container["livenessProbe"]["httpGet"]["port"]));
        Assert.Equal("live", Text(container["readinessProbe"]["httpGet"]["port"]));
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Pod_FitsTheRestrictedStandard(string variant)
    {
        YamlNode pod = Spec(variant)["template"]["spec"];
        YamlNode container = Container(Spec(variant));

        Assert.Equal("true", Text(pod["securityContext"]["runAsNonRoot"]));
        Assert.Equal("RuntimeDefault", Text(pod["securityContext"]["seccompProfile"]["type"]));
        Assert.Equal("false", Text(container["securityContext"]["allowPrivilegeEscalation"]));
        Assert.Equal(["ALL"], Texts(container["securityContext"]["capabilities"]["drop"]));
        Assert.DoesNotContain(((YamlMappingNode)pod).Children.Keys, k => Text(k) is "volumes" or "hostNetwork" or "hostPID");
    }

    [Fact]
    public void HighAvailability_HasTwoReplicas_ApartAndNotBothDrained()
    {
        const string File = "controller/rendered/high-availability.yaml";
        YamlNode deployment = Spec("high-availability.yaml");
        YamlNode budget = Repository.Documents(File).Single(d => Text(d["kind"]) == "PodDisruptionBudget");

        Assert.Equal("2", Text(deployment["replicas"]));
        Assert.Equal("1", Text(budget["spec"]["minAvailable"]));
        foreach (YamlNode selector in ((YamlSequenceNode)deployment["template"]["spec"]["topologySpreadConstraints"]).Children.Select(c => c["labelSelector"])
            .Append(budget["spec"]["selector"]))
        {
            Assert.Equal(Repository.Canonical(deployment["selector"]), Repository.Canonical(selector));
        }
    }

    private static YamlNode Spec(string variant) => Repository.Documents("controller/rendered/" + variant).Single(d => Text(d["kind"]) == "Deployment")["spec"];

    private static YamlNode Container(YamlNode spec) => Assert.Single(((YamlSequenceNode)spec["template"]["spec"]["containers"]).Children);

    private static string[] Texts(YamlNode list) => [.. ((YamlSequenceNode)list).Children.Select(Text)];

    private static string Text(YamlNode node) => ((YamlScalarNode)node).Value!;
}
