using System.Text.Json;
using System.Text.Json.Nodes;
using CsiSecrets.JsonQuery;
using CsiSecrets.Tests.Kube;
using CsiSecrets.Tests.Manifests;

namespace CsiSecrets.Tests.Sync.RealServer;

/// <summary>The peer's end-to-end scenarios that are a manifest, a store's content and a Secret: the folders of
/// <c>tests/Cases/ExternalSecrets</c>, synced on a real API server from both services of AWS.</summary>
[Collection(RealServerOfControllers.Name)]
public sealed class ScenarioTests(RealApiServer server)
{
    /// <summary>What the API server's own validation refuses: two wrong fields, and an empty text, which the 1.20 at hand takes for null.</summary>
    private static readonly string[] Elsewhere = ["ValidationTellsAllErrors", "JSONDataFromRewrite"];

    private static string Folder => Path.Combine(Repository.Root, "tests/Cases/ExternalSecrets");

    public static TheoryData<string> Names =>
        [.. Directory.GetDirectories(Folder).Select(d => Path.GetFileName(d)!).Except(Elsewhere).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Scenario_IsSynced(string name)
    {
        string folder = Path.Combine(Folder, name);
        await using RealController controller = await RealController.StartAsync(
            server, c => c.PutAsync("SecretStore", "parameters", RealController.StoreOf("ParameterStore")));
        using JsonDocument store = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(folder, "store.json"), TestContext.Current.CancellationToken));
        foreach (JsonProperty secret in store.RootElement.EnumerateObject())
        {
            controller.Aws.Seed.Secret(secret.Name, secret.Value.GetString());
            controller.Aws.Seed.Parameter(secret.Name, secret.Value.GetString()!, "SecureString");
        }

        // No parameter of AWS has a name with a slash inside and none at its start, as the found objects have.
        bool finds = store.RootElement.EnumerateObject().Any(o => o.Name.Contains('/', StringComparison.Ordinal));
        foreach (string from in finds ? (string[])["main"] : ["main", "parameters"])
        {
            await ApplyAsync(controller, folder, from);
            await ExpectAsync(controller, folder, from);
        }
    }

    private static async Task ApplyAsync(RealController controller, string folder, string from)
    {
        JsonNode manifest = JsonNode.Parse(YamlText.ToJson(await File.ReadAllBytesAsync(Path.Combine(folder, "externalsecret.yaml"), TestContext.Current.CancellationToken))[0])!;
        manifest["spec"]!["secretStoreRef"]!["name"] = from;
        await controller.PutAsync("ExternalSecret", from, manifest["spec"]!.ToJsonString(), manifest["metadata"]!.ToJsonString());
    }

    private static async Task ExpectAsync(RealController controller, string folder, string name)
    {
        string error = Path.Combine(folder, "expected", "error.txt");
        if (File.Exists(error))
        {
            await controller.ReadyAsync("ExternalSecret", name, "False SecretSyncedError could not ");
            Assert.Null(await controller.GetAsync("Secret", name));
            return;
        }

        await controller.SyncedAsync(name);
        Assert.Equal(
            Directory.GetFiles(Path.Combine(folder, "expected")).Where(f => !Path.GetFileName(f).StartsWith('_'))
                .Select(f => $"{Path.GetFileName(f)}={File.ReadAllText(f)}").Order(StringComparer.Ordinal),
            (await controller.DataAsync(name))!.Select(d => $"{d.Key}={d.Value}").Order(StringComparer.Ordinal));
    }
}
