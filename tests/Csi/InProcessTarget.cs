using CsiSecrets.Tests.Harness;
using Grpc.Core;

namespace CsiSecrets.Tests.Csi;

/// <summary>The node's host within the test's process.</summary>
internal sealed class InProcessTarget(NodeUnderTest node) : ISpecificationTarget
{
    public ChannelBase Csi => node.Channel;

    public string RegistrationSocket => node.RegistrationSocket;

    public static async Task<ISpecificationTarget> StartAsync()
    {
        NodeUnderTest node = await NodeUnderTest.StartAsync();
        node.Secrets.Put("db", "first");
        node.Cluster.Class("shop", "creds", "db");
        return new InProcessTarget(node);
    }

    public PodUnderTest Pod(string name) => node.Pod("shop", name, "creds");

    public Task RestartAsync() => node.RestartAsync();

    public ValueTask DisposeAsync() => node.DisposeAsync();
}
