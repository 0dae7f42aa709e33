namespace CsiSecrets.Tests.Cluster.Examples;

/// <summary>The other everyday case: a program that reads one .conf file as a user and a group of its own.</summary>
public sealed class LegacyConfTests(ClusterUnderTest cluster) : IClassFixture<ClusterUnderTest>
{
    private const string File = "/etc/legacy/legacy.conf";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task LegacyConf_OfTwoSecrets_IsReadByItsGroupAloneAndFollowsARotation()
    {
        await using var example = new ExampleFolder(cluster, "legacy-conf", "legacy");
        await example.TrustAsync(("legacy", "legacy"));
        await example.Aws.SecretAsync("legacy/database", Document("first"), Token, "us-east-1");
        await example.Aws.SecretAsync("legacy/licence", "AAAA-BBBB", Token, "us-east-1");
        await example.ApplyAsync();
        await example.ReadsAsync("legacy", File, Conf("first", "AAAA-BBBB"));
        string pod = await example.PodAsync("legacy");
        Assert.Equal("440 0 3000\n", await example.ExecAsync(pod, "stat", "-L", "-c", "%a %u %g", File));
        Assert.Equal("legacy.conf\n", await example.ExecAsync(pod, "ls", "/etc/legacy"));

        await example.Aws.SecretAsync("legacy/database", Document("rotated"), Token, "us-east-1");

        await example.ReadsAsync("legacy", File, Conf("rotated", "AAAA-BBBB"));
        Assert.Equal(pod, await example.PodAsync("legacy"));
    }

    private static string Document(string password) => $$"""{"host": "db.example.internal", "user": "legacy", "password": "{{password}}"}""";

    private static string Conf(string password, string licence) => $"""
        # written by csi-secrets: edits are lost
        [database]
        host = db.example.internal
        user = legacy
        password = '{password}'

        [licence]
        key = {licence}

        """;
}
