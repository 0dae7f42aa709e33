using System.Globalization;
using CsiSecrets.Csi.Wire;
using CsiSecrets.Tests.Harness;
using Grpc.Net.Client;

namespace CsiSecrets.Tests.Csi;

/// <summary>How the published binary ends: the kubelet sees its registration go first, and running pods keep their files.</summary>
public sealed class RegistrationEndTests
{
    [Fact]
    public async Task Terminated_TakesItsRegistrationAway_EndsWell_AndVolumesStay()
    {
        await using BinaryTarget target = await BinaryTarget.StartAsync([]);
        PodUnderTest pod = target.Pod("web");
        await pod.PublishAsync();
        using (var kill = System.Diagnostics.Process.Start("kill", ["-TERM", target.ProcessId.ToString(CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(0, await target.EndedAsync());
        Assert.False(File.Exists(target.RegistrationSocket));
        Assert.Equal("first", pod.Read("db"));

        await target.RestartAsync();
        Assert.True(File.Exists(target.RegistrationSocket));
        await pod.UnpublishAsync();
    }

    [Fact]
    public async Task RegistrationRefused_EndsWithAnError_SoThatItsContainerIsStartedAnew()
    {
        await using BinaryTarget target = await BinaryTarget.StartAsync([]);
        using GrpcChannel kubelet = NodeUnderTest.Dial(target.RegistrationSocket);
        await new Registration.RegistrationClient(kubelet).NotifyRegistrationStatusAsync(
            new RegistrationStatus { PluginRegistered = false, Error = "no" }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(1, await target.EndedAsync());
        Assert.False(File.Exists(target.RegistrationSocket));
    }
}
