using CsiSecrets.InPlace.Http;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Tests.InPlace;

/// <summary>A call goes to the pod's own address, or there is none.</summary>
public sealed class PodAddressTests
{
    [Theory]
    [InlineData("10.1.2.3")]
    [InlineData("100.64.0.9")]
    [InlineData("192.168.3.4")]
    [InlineData("fd12:3456::7")]
    [InlineData("2600:1f18::9")]
    public void APodsAddress_IsCalled(string ip) => Assert.Equal([ip], Of(Pod("a", ip)).Addresses.Select(a => a.ToString()));

    [Fact]
    public void BothFamilies_AreKeptInThePodsOrder()
    {
        Pod pod = Pod("a", "fd12::7") with { Status = new PodStatus { Phase = "Running", PodIP = "fd12::7", PodIPs = [Entry("fd12::7"), Entry("10.1.2.3")] } };

        Assert.Equal(["fd12::7", "10.1.2.3"], Of(pod).Addresses.Select(a => a.ToString()));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.9.9.9")]
    [InlineData("127.1")]
    [InlineData("0x7f000001")]
    [InlineData("2130706433")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::127.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("0.1.2.3")]
    [InlineData("::")]
    [InlineData("169.254.169.254")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("2002:a9fe:a9fe::1")]
    [InlineData("169.254.170.23")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fd00:ec2::23")]
    [InlineData("fe80::1")]
    [InlineData("fec0::1")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("ff02::1")]
    public void AnAddressInWhichNoPodLives_IsRefused(string ip)
    {
        (IReadOnlyList<System.Net.IPAddress> addresses, string? refusal) = Of(Pod("a", ip));

        Assert.Empty(addresses);
        Assert.Contains("in which no pod lives", refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("victim.example.com")]
    [InlineData("10.1.2.3:80")]
    [InlineData("fd12::7%eth0")]
    [InlineData("10.1.2.3/../")]
    public void WhatIsNoAddress_IsRefused(string ip) => Assert.Contains("cannot be read", Of(Pod("a", ip)).Refusal, StringComparison.Ordinal);

    [Fact]
    public void OneForbiddenAddressAmongTwo_RefusesBoth()
    {
        Pod pod = Pod("a", "10.1.2.3") with { Status = new PodStatus { PodIP = "10.1.2.3", PodIPs = [Entry("10.1.2.3"), Entry("::1")] } };

        Assert.NotNull(Of(pod).Refusal);
    }

    [Fact]
    public void HostNetwork_IsRefused() =>
        Assert.Contains("node's network", Of(Pod("a", "10.1.2.3") with { Spec = new PodSpec { HostNetwork = true } }).Refusal, StringComparison.Ordinal);

    [Theory]
    [InlineData("10.0.0.1", "", "")]
    [InlineData("", "10.0.0.1", "")]
    [InlineData("", "", "10.0.0.1")]
    [InlineData("::ffff:10.0.0.1", "", "")]
    public void TheNodesAddress_IsRefused(string ofNode, string hostIp, string hostIps)
    {
        Pod pod = Pod("a", "10.0.0.1");
        pod = pod with { Status = pod.Status with { HostIP = hostIp, HostIPs = [Entry(hostIps)] } };

        Assert.Contains("the node's own", PodAddress.Of(pod, [ofNode, "node-1.example"], []).Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void NoAddressYet_IsRefused() => Assert.Contains("no address yet", Of(Pod("a", "")).Refusal, StringComparison.Ordinal);

    [Fact]
    public void AnotherPodsAddressToo_IsRefused_UnlessThatOneHasEnded()
    {
        Pod mine = Pod("a", "10.1.2.3"), other = Pod("b", "10.1.2.3");
        Pod ended = other with { Status = other.Status with { Phase = "Succeeded" } };

        Assert.Contains("pod shop/b", PodAddress.Of(mine, [], [mine, other]).Refusal, StringComparison.Ordinal);
        Assert.Null(PodAddress.Of(mine, [], [mine, ended]).Refusal);
    }

    private static (IReadOnlyList<System.Net.IPAddress> Addresses, string? Refusal) Of(Pod pod) => PodAddress.Of(pod, ["10.0.0.1"], [pod]);

    private static AddressEntry Entry(string ip) => new() { Ip = ip };

    private static Pod Pod(string name, string ip) => new()
    {
        Metadata = new ObjectMeta { Namespace = "shop", Name = name, Uid = "uid-" + name },
        Status = new PodStatus { Phase = "Running", PodIP = ip },
    };
}
