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
        using var providers = new NodeProviders(options, Nobody, new Meters(), TimeProvider.System);
        Assert.Equal(expected, string.Join(',', providers.All.Select(p => p.Name)));
    }

    [Fact]
    public void ARelativeFile_IsRefused()
    {
        (_, IReadOnlyList<string> errors) = NodeOptions.Read(["--nodeid=n", "--local-provider-file=secrets.yaml"]);

        Assert.Equal(["--local-provider-file: an absolute path is needed"], errors);
    }

    [Fact]
    public void TheKeyOfHashes_OutlivesTheProcess_IsRootsAlone_AndADamagedOneIsMadeAnew()
    {
        string file = folder["state/hash.key"];
        Start();
        byte[] first = File.ReadAllBytes(file);
        Assert.Equal(32, first.Length);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Start();
        Assert.Equal(first, File.ReadAllBytes(file));

        File.WriteAllBytes(file, first[..7]);
        Start();
        Assert.Equal(32, File.ReadAllBytes(file).Length);
    }

    private void Start()
    {
        (NodeOptions options, _) = NodeOptions.Read(["--nodeid=n", $"--state-dir={folder["state"]}"]);
        new NodeProviders(options, Nobody, new Meters(), TimeProvider.System).Dispose();
    }

    private static ClusterAccess Nobody => new()
    {
        FindServiceAccount = (_, _, _, _) => Task.FromResult<ServiceAccountFacts?>(null),
        NodeRegion = _ => Task.FromResult<string?>(null),
    };
}
