using CsiSecrets.Kube;
using CsiSecrets.Kube.Connection;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Tests.Fakes;
using Microsoft.Extensions.Logging.Abstractions;

namespace CsiSecrets.Tests.Kube;

public sealed class KubeConfigFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task AFile_ReachesTheServerThatItNames()
    {
        await using FakeKubeApi api = await FakeKubeApi.StartAsync();
        api.Put("nodes", """{"metadata":{"name":"n1"}}""");
        using var http = new KubeHttp(KubeConfigFile.Read(api.Kubeconfig, TimeProvider.System).Connect(""), TimeProvider.System, NullLogger<KubeHttp>.Instance);
        var client = new KubeClient(http, TimeProvider.System);

        Node? node = await client.GetAsync(ResourceTypes.Nodes, new ObjectKey("", "n1"), TestContext.Current.CancellationToken);
        Assert.Equal("n1", node?.Metadata.Name);
    }

    [Fact]
    public void Yaml_IsReadAsKubectlReadsIt()
    {
        File.WriteAllText(folder["config"], """
            apiVersion: v1
            kind: Config
            current-context: x
            contexts: [{name: x, context: {cluster: c, user: u}}]
            clusters:
              - name: c
                cluster: {server: "https://10.0.0.1:6443", insecure-skip-tls-verify: true, tls-server-name: kubernetes}
            users: [{name: u, user: {token: t}}]
            """);

        KubeConnection connection = KubeConfigFile.Read(folder["config"], TimeProvider.System).Connect("");
        Assert.Equal((new Uri("https://10.0.0.1:6443"), "kubernetes"), (connection.Server, connection.ServerName));
    }

    [Theory]
    [InlineData(null, "it cannot be read")]
    [InlineData("", "it is empty or no mapping")]
    [InlineData("- marker", "it is empty or no mapping")]
    [InlineData("users: [marker", "not valid YAML")]
    public void AnUnusableFile_IsNamed_WithoutItsText(string? text, string cause)
    {
        if (text is not null)
        {
            File.WriteAllText(folder["config"], text);
        }

        var e = Assert.Throws<SecretsException>(() => KubeConfigFile.Read(folder["config"], TimeProvider.System));
        Assert.StartsWith($"kubeconfig {folder["config"]}: ", e.Message, StringComparison.Ordinal);
        Assert.Contains(cause, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("marker", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AContextThatIsNotThere_IsNamed()
    {
        File.WriteAllText(folder["config"], "current-context: gone\n");

        var e = Assert.Throws<SecretsException>(() => KubeConfigFile.Read(folder["config"], TimeProvider.System).Connect(""));
        Assert.Contains("contexts: there is no context named \"gone\"", e.Message, StringComparison.Ordinal);
    }
}
