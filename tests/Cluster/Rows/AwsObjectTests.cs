namespace CsiSecrets.Tests.Cluster.Rows;

/// <summary>Row 16 of the peers' acceptance list, its file half: the AWS provider's forms of naming an object.</summary>
public sealed class AwsObjectTests(ClusterUnderTest cluster) : IClassFixture<ClusterUnderTest>
{
    [Fact]
    public async Task Row16_ParametersSecretsAliasesArnsAndJmesPath_AreFilesOfTheirNames()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        await using Tenant tenant = await Tenant.CreateAsync(cluster, "row16", token);
        await tenant.Aws.ParameterAsync("/row16/plain", "parameter", token);
        await tenant.Aws.ParameterAsync("row16-aliased", "aliased parameter", token);
        await tenant.Aws.SecretAsync("row16/plain", "secret", token);
        (string arn, _) = await tenant.Aws.SecretAsync("row16/by-arn", "secret by ARN", token);
        await tenant.Aws.SecretAsync("row16/json", """{"username": "admin", "port": 5432}""", token);
        await tenant.ClassAsync("pod", $$"""
            - {objectName: /row16/plain, objectType: ssmparameter}
            - {objectName: row16-aliased, objectType: ssmparameter, objectAlias: parameter-alias}
            - {objectName: row16/plain, objectType: secretsmanager}
            - {objectName: "{{arn}}", objectAlias: arn-alias}
            - objectName: row16/json
              objectType: secretsmanager
              objectAlias: json
              jmesPath: [{path: username, objectAlias: user}, {path: port, objectAlias: port}]
            """);
        await tenant.PodAsync("pod");
        await tenant.ReadyAsync("pod");

        string all = await Shell.RunAsync(
            "kubectl", ["exec", "-n", "row16", "pod", "--", "sh", "-c", "cd /mnt; for f in *; do echo \"$f=$(cat $f)\"; done"], token);
        Assert.Equal(
            """
            _row16_plain=parameter
            arn-alias=secret by ARN
            json={"username": "admin", "port": 5432}
            parameter-alias=aliased parameter
            port=5432
            row16_plain=secret
            user=admin

            """,
            all);
    }
}
