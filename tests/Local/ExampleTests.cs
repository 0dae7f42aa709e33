using CsiSecrets.Tests.Fakes;
using CsiSecrets.Tests.Manifests;

namespace CsiSecrets.Tests.Local;

/// <summary>The examples that have a local variant: its folder, as a user would start it.</summary>
public sealed class ExampleTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(
        "db-config",
        "/my-app-namespace/my-app/db-config-volume/db-config.properties",
        "DB_USERNAME=admin\nDB_PASSWORD=superSecretPassword123\nCONNECTION_STRING=jdbc:postgresql://rds-prod-01.aws.com:5432/main_db\n",
        "superSecretPassword123")]
    [InlineData(
        "legacy-conf",
        "/legacy/legacy/conf/legacy.conf",
        "# written by csi-secrets: edits are lost\n[database]\nhost = db.example.internal\nuser = legacy\npassword = 'not-a-real-password'\n\n[licence]\nkey = AAAA-BBBB-CCCC\n",
        "not-a-real-password")]
    public async Task Example_InTheLocalMode_ShowsItsFileAndFollowsAnEdit(string example, string path, string text, string password)
    {
        foreach (string file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "examples", example, "local")))
        {
            File.WriteAllText(folder[Path.GetFileName(file)], File.ReadAllText(file));
        }

        using LocalProgram program = LocalProgram.Start(ordinary: false, folder.Path);
        string shown = await program.Out.WaitAsync(l => l.EndsWith(path, StringComparison.Ordinal), "the file, of " + string.Join('\n', program.Errors.All));
        Assert.Equal(text, File.ReadAllText(shown));
        Assert.Equal([shown], Directory.GetFiles(Path.GetDirectoryName(shown)!));

        File.WriteAllText(folder["secrets.yaml"], File.ReadAllText(folder["secrets.yaml"]).Replace(password, "rotated", StringComparison.Ordinal));
        await program.Out.WaitAsync(l => l == $"{shown}: changed", "the change");
        Assert.Equal(text.Replace(password, "rotated", StringComparison.Ordinal), File.ReadAllText(shown));
        Assert.Equal(0, await program.TerminateAsync());
    }
}
