using System.Text.Json.Nodes;
using CsiSecrets.Bench.Rig;

namespace CsiSecrets.Bench.Controller;

/// <summary>Deployments that each take their variables from a Secret of their own, all in one namespace: where a look at every workload of the
/// namespace for each change costs most.</summary>
internal sealed class Fleet(ControlPlane plane, int count)
{
    public const string Deployments = "/apis/apps/v1/namespaces/fleet/deployments";
    private const string Secrets = "/api/v1/namespaces/fleet/secrets";

    public static string NameOf(int index) => $"app-{index:d4}";

    public async Task BuildAsync(CancellationToken cancellationToken)
    {
        await plane.CreateAsync("/api/v1/namespaces", Object("v1", "Namespace", "fleet"), cancellationToken);
        await Estate.EachAsync(Enumerable.Range(0, count), async (i, token) =>
        {
            JsonObject secret = Object("v1", "Secret", NameOf(i));
            secret["metadata"]!["labels"] = new JsonObject { ["reconcile.external-secrets.io/managed"] = "true" };
            secret["stringData"] = new JsonObject { ["USER"] = "app", ["PASSWORD"] = $"first-{i}" };
            await plane.CreateAsync(Secrets, secret, token);
            await plane.CreateAsync(Deployments, Deployment(NameOf(i)), token);
        }, cancellationToken);
    }

    /// <summary>Another password in one Secret.</summary>
    public Task ChangeAsync(int index, string password, CancellationToken cancellationToken) => plane.PatchAsync(
        $"{Secrets}/{NameOf(index)}", "application/merge-patch+json", $$$"""{"stringData":{"PASSWORD":"{{{password}}}-{{{index}}}"}}""", cancellationToken);

    private static JsonObject Deployment(string name)
    {
        JsonObject one = Object("apps/v1", "Deployment", name);
        one["metadata"]!["annotations"] = new JsonObject { ["reloader.stakater.com/auto"] = "true" };
        one["spec"] = new JsonObject
        {
            ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = name } },
            ["template"] = new JsonObject
            {
                ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["app"] = name } },
                ["spec"] = new JsonObject
                {
                    ["containers"] = new JsonArray(new JsonObject
                    {
                        ["name"] = "app",
                        ["image"] = "app:1",
                        ["envFrom"] = new JsonArray(new JsonObject { ["secretRef"] = new JsonObject { ["name"] = name } }),
                    }),
                },
            },
        };
        return one;
    }

    private static JsonObject Object(string version, string kind, string name) =>
        new() { ["apiVersion"] = version, ["kind"] = kind, ["metadata"] = new JsonObject { ["name"] = name } };
}
