using CsiSecrets.Tests.Kube;

namespace CsiSecrets.Tests.Manifests;

/// <summary>Each rendering against the API server at hand: KUBEBUILDER_ASSETS's where someone has one, else the one that was built.</summary>
public sealed class ServerVersionTests(RealApiServer server) : IClassFixture<RealApiServer>
{
    private readonly AdminKubectl kubectl = new(server);

    [Theory]
    [InlineData("crds/rendered/base.yaml", 20)]
    [InlineData("daemonset/rendered/base.yaml", 20)]
    [InlineData("daemonset/rendered/startup-taint.yaml", 20)]
    [InlineData("daemonset/rendered/external-secrets.yaml", 20)]
    [InlineData("controller/rendered/base.yaml", 20)]
    [InlineData("controller/rendered/high-availability.yaml", 21)]
    [InlineData("crds/rendered/newer-servers.yaml", 31)]
    [InlineData("daemonset/rendered/newer-servers.yaml", 35)]
    public async Task Rendering_OnThisServer_IsAcceptedFromItsVersionOnAndRefusedBefore(string file, int firstMinor)
    {
        Assert.SkipUnless(server.Missing.Length == 0, server.Missing);
        await kubectl.RunAsync("delete", "--ignore-not-found", "csidriver", "secrets-store.csi.k8s.io");
        bool accepts = await kubectl.MinorAsync() >= firstMinor;

        (int code, _, string errors) = await kubectl.TryAsync("apply", "-f", Path.Combine(Repository.Root, file));

        Assert.True(accepts == (code == 0), errors);
    }
}
