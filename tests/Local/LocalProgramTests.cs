using CsiSecrets.Posix;
using CsiSecrets.Tests.Aws.Hosting;
using CsiSecrets.Tests.Aws.Iam;
using CsiSecrets.Tests.Fakes;
using CsiSecrets.Tests.Manifests;

namespace CsiSecrets.Tests.Local;

/// <summary>The README's first command, as a process: as root with real mounts (where the tests run as root), and as an ordinary user.</summary>
public sealed class LocalProgramTests : IDisposable
{
    private const UnixFileMode Everybody = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead
        | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly TemporaryFolder folder = new();

    public LocalProgramTests()
    {
        File.SetUnixFileMode(folder.Path, Everybody);
        foreach (string file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "examples", "quickstart")))
        {
            File.Copy(file, folder[Path.GetFileName(file)]);
        }
    }

    public void Dispose() => folder.Dispose();

    public static TheoryData<bool> Users => LocalProgram.IsRoot ? [false, true] : [true];

    [Theory]
    [MemberData(nameof(Users))]
    public async Task TheQuickstart_ShowsFiles_FollowsAnEdit_AndLeavesNothing(bool ordinary)
    {
        using LocalProgram program = LocalProgram.Start(ordinary, folder.Path);
        string file = await program.Out.WaitAsync(l => l.EndsWith("/default/web/secrets/api-key", StringComparison.Ordinal), "the file, of " + string.Join('\n', program.Errors.All));
        await program.Out.WaitAsync(l => l.EndsWith("/tls.crt", StringComparison.Ordinal), "the last file");
        Assert.All(program.Out.All, l => Assert.True(File.Exists(l), l));
        Assert.Matches("Max core file size +0 +0 ", program.Proc("limits"));
        Assert.Equal("change-me", File.ReadAllText(file));
        Assert.Equal("shop", File.ReadAllText(file.Replace("api-key", "database-user", StringComparison.Ordinal)));
        Assert.Equal(!ordinary, Mounted().Contains(Path.GetDirectoryName(file)!));
        Assert.Contains(ordinary ? "plain folders in /dev/shm" : "tmpfs mounts", program.Errors.All[0], StringComparison.Ordinal);

        File.WriteAllText(folder["secrets.yaml"], File.ReadAllText(folder["secrets.yaml"]).Replace("change-me", "changed", StringComparison.Ordinal));
        await program.Out.WaitAsync(l => l == $"{file}: changed", "the change");
        Assert.Equal("changed", File.ReadAllText(file));

        Assert.Equal(0, await program.TerminateAsync());
        Assert.False(Directory.Exists(RootOf(file)));
        Assert.DoesNotContain(Mounted(), m => m.StartsWith(RootOf(file), StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Users))]
    public async Task AfterAKill_TheNextStartCleansUp(bool ordinary)
    {
        string file;
        using (LocalProgram killed = LocalProgram.Start(ordinary, folder.Path))
        {
            file = await killed.Out.WaitAsync(l => l.EndsWith("/api-key", StringComparison.Ordinal), "the file");
            await killed.Out.WaitAsync(l => l.EndsWith("/tls.crt", StringComparison.Ordinal), "the last file");
            await killed.KillAsync();
            Assert.True(File.Exists(file));
        }

        using var other = new TemporaryFolder();
        File.SetUnixFileMode(other.Path, Everybody);
        using LocalProgram next = LocalProgram.Start(ordinary, other.Path);
        await next.Errors.WaitAsync(l => l.Contains("no pod of the folder", StringComparison.Ordinal), "the next start");

        Assert.False(Directory.Exists(RootOf(file)));
        Assert.DoesNotContain(Mounted(), m => m.StartsWith(RootOf(file), StringComparison.Ordinal));
        Assert.Equal(0, await next.TerminateAsync());
    }

    [Fact]
    public async Task AClassOfAws_ReadsWithTheCallersOwnCredentials_AndSaysSo()
    {
        await using AwsServer aws = await AwsServer.StartAsync(new AwsServerOptions(), TestContext.Current.CancellationToken);
        AccessKey key = aws.Seed.User("me");
        aws.Seed.Secret("prod/db", "one");
        File.WriteAllText(folder["class.yaml"], LocalUnderTest.Class("[{objectName: prod/db, objectType: secretsmanager}]", provider: "aws"));
        var variables = new Dictionary<string, string>
        {
            ["AWS_ENDPOINT_URL"] = aws.Url.ToString(),
            ["AWS_REGION"] = "us-east-1",
            ["AWS_ACCESS_KEY_ID"] = key.Id,
            ["AWS_SECRET_ACCESS_KEY"] = key.Secret,
        };

        using LocalProgram program = LocalProgram.Start(ordinary: true, variables, "--rotation-poll-interval=1s", folder.Path);
        string file = await program.Out.WaitAsync(l => l.EndsWith("/prod_db", StringComparison.Ordinal), "the file");
        Assert.Equal("one", File.ReadAllText(file));
        await program.Errors.WaitAsync(l => l.Contains("read with the AWS credentials of this environment", StringComparison.Ordinal), "the note");

        aws.Seed.Secret("prod/db", "two");
        await program.Out.WaitAsync(l => l == $"{file}: changed", "the rotation");
        Assert.Equal("two", File.ReadAllText(file));
        Assert.Equal(0, await program.TerminateAsync());
    }

    [Theory]
    [InlineData("AWS_CA_BUNDLE")]
    [InlineData("SSL_CERT_FILE")]
    public async Task APrivateAuthorityOfAws_IsTrustedWhereTheEnvironmentNamesIt(string variable)
    {
        await using AwsServer aws = await AwsServer.StartAsync(new AwsServerOptions { Listen = ["https://127.0.0.1:0"] }, TestContext.Current.CancellationToken);
        AccessKey key = aws.Seed.User("me");
        aws.Seed.Secret("prod/db", "one");
        File.WriteAllText(folder["class.yaml"], LocalUnderTest.Class("[{objectName: prod/db, objectType: secretsmanager}]", provider: "aws"));
        File.WriteAllText(folder["ca.pem"], aws.CertificatePem);
        var variables = new Dictionary<string, string>
        {
            ["AWS_ENDPOINT_URL"] = aws.Url.ToString(),
            ["AWS_REGION"] = "us-east-1",
            ["AWS_ACCESS_KEY_ID"] = key.Id,
            ["AWS_SECRET_ACCESS_KEY"] = key.Secret,
            ["AWS_CA_BUNDLE"] = "", // as if it were not set, whatever the machine of the tests has
            ["SSL_CERT_FILE"] = "/etc/ssl/certs/ca-certificates.crt",
        };
        using (LocalProgram without = LocalProgram.Start(ordinary: true, variables, folder.Path))
        {
            await without.Errors.WaitAsync(l => l.Contains("no TLS connection: The remote certificate is invalid", StringComparison.Ordinal), "the refusal");
            Assert.DoesNotContain(without.Out.All, l => l.EndsWith("/prod_db", StringComparison.Ordinal));
            Assert.Equal(0, await without.TerminateAsync());
        }

        variables[variable] = folder["ca.pem"];
        using LocalProgram program = LocalProgram.Start(ordinary: true, variables, folder.Path);
        string file = await program.Out.WaitAsync(l => l.EndsWith("/prod_db", StringComparison.Ordinal), "the file, of " + string.Join('\n', program.Errors.All));
        Assert.Equal("one", File.ReadAllText(file));
        Assert.Equal(0, await program.TerminateAsync());
    }

    [Fact]
    public async Task WrongArguments_AreAllNamed()
    {
        using LocalProgram program = LocalProgram.Start(ordinary: true, "--frob", "--drivername=", "/no/such/folder");

        await program.Errors.WaitAsync(l => l == "csi-secrets local: unknown flag --frob", "the flag");
        await program.Errors.WaitAsync(l => l == "csi-secrets local: /no/such/folder is no folder", "the folder");
        await program.Errors.WaitAsync(l => l.StartsWith("csi-secrets local: --drivername", StringComparison.Ordinal), "the name");
    }

    private static string RootOf(string file) => file[..file.IndexOf("/default/", StringComparison.Ordinal)];

    private static List<string> Mounted() => [.. MountTable.Parse(File.ReadAllText("/proc/self/mountinfo")).Select(e => e.MountPoint)];
}
