using CsiSecrets.Hosting;
using CsiSecrets.Providers;
using CsiSecrets.Telemetry;
using CsiSecrets.Tests.Fakes;

namespace CsiSecrets.Tests.Hosting;

public sealed class NodeProvidersTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(null, "aws")]
    [InlineData("--local-provider-file=/etc/csi-secrets/secrets.yaml", "local,aws")]
    public void TheLocalProvider_IsThereOnlyWhereAFlagNamesItsFile(string? flag, string expected)
    {
        string[] arguments = ["--nodeid=n", $"--state-dir={folder["state"]}", .. flag is null ? (string[])[] : [flag]];
        (NodeOptions options, IReadOnlyList<string> errors) = NodeOptions.Read(arguments);
        Assert.Empty(errors);
        var access = new ClusterAccess
        {
            FindServiceAccount = (_, _, _, _) => Task.FromResult<ServiceAccountFacts?>(null),
            NodeRegion = _ => Task.FromResult<string?>(null),
        };

        using var providers = new NodeProviders(options, access, new Meters(), TimeProvider.System);
        Assert.Equal(expected, string.Join(',', providers.All.Select(p => p.Name)));
    }

    [Fact]
    public void ARelativeFile_IsRefused()
    {
        (_, IReadOnlyList<string> errors) = NodeOptions.Read(["--nodeid=n", "--local-provider-file=secrets.yaml"]);

        Assert.Equal(["--local-provider-file: an absolute path is needed"], errors);
    }
}
