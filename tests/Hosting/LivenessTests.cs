using CsiSecrets.Tests.Harness;

namespace CsiSecrets.Tests.Hosting;

/// <summary>What a restart cures: a kubelet's folder that was cleared under a driver takes its sockets with it.</summary>
public sealed class LivenessTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SocketGone_SaysSo_AndARestartCuresIt(bool registration)
    {
        await using NodeUnderTest node = await NodeUnderTest.StartAsync();
        Assert.Equal(200, (await node.Endpoints.LiveAsync()).Status);
        string socket = registration ? node.RegistrationSocket : node.Options.SocketPath;
        File.Delete(socket);

        (int status, string text) = await node.Endpoints.LiveAsync();

        Assert.Equal(500, status);
        Assert.Contains($"the socket {socket} is gone", text);
        await node.RestartAsync();
        Assert.Equal(200, (await node.Endpoints.LiveAsync()).Status);
    }
}
