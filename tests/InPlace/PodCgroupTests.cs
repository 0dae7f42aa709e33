using CsiSecrets.InPlace.Signals;

namespace CsiSecrets.Tests.InPlace;

/// <summary>Whose pod a process is of, as the kernel tells it in all its ways.</summary>
public sealed class PodCgroupTests
{
    private const string Uid = "6f1c2b0e-91a4-4b0f-8f5d-0c1d2e3f4a5b";
    private const string Other = "11111111-2222-3333-4444-555555555555";
    private const string Dashed = "6f1c2b0e_91a4_4b0f_8f5d_0c1d2e3f4a5b";

    [Theory]
    [InlineData("0::/kubepods/burstable/pod" + Uid + "/0123abcd")]
    [InlineData("0::/kubepods/pod" + Uid + "/0123abcd")]
    [InlineData("0::/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod" + Dashed + ".slice/cri-containerd-0123.scope")]
    [InlineData("0::/kubepods.slice/kubepods-pod" + Dashed + ".slice/crio-0123.scope")]
    [InlineData("0::/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod" + Dashed + ".slice/cri-containerd-0123.scope")]
    [InlineData("0::/../../pod" + Uid + "/0123abcd")]
    [InlineData("0::/../../kubepods-burstable-pod" + Dashed + ".slice/cri-containerd-0123.scope")]
    [InlineData("12:pids:/kubepods/burstable/pod" + Uid + "/0123\n1:name=systemd:/kubepods/burstable/pod" + Uid + "/0123\n0::/system.slice/containerd.service")]
    [InlineData("4:memory:/docker/abc/kubepods/pod" + Uid + "/0123\n")]
    [InlineData("0::/kubepods/pod" + Uid + "/0123/pod" + Other + "/x")]
    public void AProcessOfThePod_IsKnown(string cgroups) => Assert.Equal(Uid, PodCgroup.PodOf(cgroups));

    [Theory]
    [InlineData("")]
    [InlineData("0::/")]
    [InlineData("0::/system.slice/sshd.service")]
    [InlineData("0::/kubepods/podlet/x")]
    [InlineData("0::/kubepods/pod" + Uid + "x/0123")]
    [InlineData("0::/kubepods/xpod" + Uid + "/0123")]
    [InlineData("0::/kubepods/x-pod" + Uid + "/0123")]
    [InlineData("nonsense")]
    [InlineData("1:a:/kubepods/pod" + Uid + "/1\n2:b:/kubepods/pod" + Other + "/1")]
    public void AnyOtherProcess_IsNobodys(string cgroups) => Assert.Null(PodCgroup.PodOf(cgroups));

    [Theory]
    [InlineData("0::/kubepods/pod" + Other + "/0123/pod" + Uid + "/x")]
    [InlineData("0::/kubepods.slice/kubepods-pod11111111_2222_3333_4444_555555555555.slice/cri-1.scope/kubepods-pod" + Dashed + ".slice/x")]
    public void AGroupThatAPodMadeInItsOwn_DoesNotMakeItAnothers(string cgroups) => Assert.Equal(Other, PodCgroup.PodOf(cgroups));

    [Fact]
    public void SystemdScopeNamedLikeAPod_BelowNoPod_IsNot() => Assert.Null(PodCgroup.PodOf("0::/user.slice/x-pod" + Dashed + ".scope"));
}
