using System.Text.Json.Nodes;
using CsiSecrets.Bench.Rig;
using CsiSecrets.Tests.Aws.Iam;

namespace CsiSecrets.Bench.Controller;

/// <summary>Fifty teams: a namespace with a store of its own role each, and ExternalSecrets, each of a JSON secret of its own.</summary>
internal sealed class Estate(Stage stage, int count, TimeSpan interval)
{
    public const int Stores = 50;
    public const string Group = "/apis/external-secrets.io/v1";
    private const int Writers = 24;

    public IEnumerable<int> All => Enumerable.Range(0, count);

    public static string NamespaceOf(int index) => $"team-{index % Stores:d2}";

    public static string NameOf(int index) => $"credentials-{index:d5}";

    public async Task BuildAsync(CancellationToken cancellationToken)
    {
        await stage.Plane.ApplyAsync("controller/rendered/token-creation.yaml", cancellationToken);
        for (int i = 0; i < Stores; i++)
        {
            await TeamAsync(NamespaceOf(i), cancellationToken);
        }

        await EachAsync(All, CreateAsync, cancellationToken);
    }

    /// <summary>One more ExternalSecret, with its secret at AWS.</summary>
    public async Task CreateAsync(int index, CancellationToken cancellationToken)
    {
        string ns = NamespaceOf(index), name = NameOf(index), remote = $"{ns}/{name}";
        stage.Aws.Server.Seed.Secret(remote, $$"""{"username":"user-{{index}}","password":"{{new string('p', 24)}}-{{index}}"}""", region: AwsStage.Region);
        JsonObject Entry(string key) => new() { ["secretKey"] = key, ["remoteRef"] = new JsonObject { ["key"] = remote, ["property"] = key } };
        JsonObject one = Object("external-secrets.io/v1", "ExternalSecret", name);
        one["spec"] = new JsonObject
        {
            ["refreshInterval"] = $"{(int)interval.TotalSeconds}s",
            ["secretStoreRef"] = new JsonObject { ["name"] = "aws", ["kind"] = "SecretStore" },
            ["target"] = new JsonObject { ["name"] = name },
            ["data"] = new JsonArray(Entry("username"), Entry("password")),
        };
        await stage.Plane.CreateAsync($"{Group}/namespaces/{ns}/externalsecrets", one, cancellationToken);
    }

    public static Task EachAsync(IEnumerable<int> indexes, Func<int, CancellationToken, Task> write, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        indexes, new ParallelOptions { MaxDegreeOfParallelism = Writers, CancellationToken = cancellationToken }, async (i, token) => await write(i, token));

    private async Task TeamAsync(string ns, CancellationToken cancellationToken)
    {
        Role role = stage.Aws.Server.Seed.Role(ns, PolicyDocument.TrustWebIdentity(ControlPlane.Issuer, $"system:serviceaccount:{ns}:reader"));
        await stage.Plane.CreateAsync("/api/v1/namespaces", Object("v1", "Namespace", ns), cancellationToken);
        JsonObject account = Object("v1", "ServiceAccount", "reader");
        account["metadata"]!["annotations"] = new JsonObject { ["eks.amazonaws.com/role-arn"] = role.Arn };
        await stage.Plane.CreateAsync($"/api/v1/namespaces/{ns}/serviceaccounts", account, cancellationToken);
        JsonObject store = Object("external-secrets.io/v1", "SecretStore", "aws");
        store["spec"] = new JsonObject
        {
            ["provider"] = new JsonObject
            {
                ["aws"] = new JsonObject
                {
                    ["service"] = "SecretsManager",
                    ["region"] = AwsStage.Region,
                    ["auth"] = new JsonObject { ["jwt"] = new JsonObject { ["serviceAccountRef"] = new JsonObject { ["name"] = "reader" } } },
                },
            },
        };
        await stage.Plane.CreateAsync($"{Group}/namespaces/{ns}/secretstores", store, cancellationToken);
    }

    private static JsonObject Object(string version, string kind, string name) => new()
    {
        ["apiVersion"] = version,
        ["kind"] = kind,
        ["metadata"] = new JsonObject { ["name"] = name },
    };
}
