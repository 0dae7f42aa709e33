using CsiSecrets.Tests.Architecture;

namespace CsiSecrets.Tests.Local;

/// <summary>ExternalSecrets of a folder, mounted without a cluster.</summary>
public sealed class LocalExternalSecretTests
{
    private const string Store = "apiVersion: external-secrets.io/v1\nkind: SecretStore\nmetadata: {name: main}\nspec: {provider: {local: {}}}\n";

    [Fact]
    public async Task TheQuickstart_ShowsTheGuidesFile_AndItFollowsTheStore()
    {
        await using var local = new LocalUnderTest();
        foreach (string file in Directory.EnumerateFiles(Path.Combine(SourceTree.Root, "examples", "quickstart")))
        {
            local.Write(Path.GetFileName(file), await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        }

        local.Start();
        string properties = Path.Combine(local.Target("web", "db-config"), "db-config.properties");
        await local.Out.WaitAsync(l => l == properties, "the rendered file");
        Assert.Equal(
            "DB_USERNAME=admin\nDB_PASSWORD=superSecretPassword123\nCONNECTION_STRING=jdbc:postgresql://rds-prod-01.aws.com:5432/main_db\n",
            await File.ReadAllTextAsync(properties, TestContext.Current.CancellationToken));

        local.Write("secrets.yaml", "api-key: x\ndatabase: {user: u, password: p}\ntls.crt: t\nprod/db/credentials: {username: admin, password: rotated, host: h, port: \"1\"}\n");
        await local.Out.WaitAsync(l => l == $"{properties}: changed", "the change");
        Assert.Contains("DB_PASSWORD=rotated\n", await File.ReadAllTextAsync(properties, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnEditOfTheExternalSecret_IsFollowed_AndAMissingStoreIsNamed()
    {
        await using LocalUnderTest local = new LocalUnderTest()
            .Write("secrets.yaml", "a: one\n")
            .Write("pod.yaml", LocalUnderTest.Pod("web").Replace("secretProviderClass: shop", "externalSecret: app", StringComparison.Ordinal))
            .Write("es.yaml", ExternalSecret("{{ .a }}")).Start();
        await local.Errors.WaitAsync(l => l.Contains("SecretStore main: it does not exist", StringComparison.Ordinal), "the missing store");

        local.Write("store.yaml", Store);
        string file = Path.Combine(local.Target("web"), "conf");
        await local.Out.WaitAsync(l => l == file, "the file");
        Assert.Equal("one", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));

        local.Write("es.yaml", ExternalSecret("a is {{ .a }}"));
        await local.Out.WaitAsync(l => l == $"{file}: changed", "the change");
        Assert.Equal("a is one", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    private static string ExternalSecret(string template) => $$$"""
        apiVersion: external-secrets.io/v1beta1
        kind: ExternalSecret
        metadata: {name: app}
        spec:
          secretStoreRef: {name: main}
          target: {template: {data: {conf: "{{{template}}}"} } }
          data: [{secretKey: a, remoteRef: {key: a} }]

        """;
}
