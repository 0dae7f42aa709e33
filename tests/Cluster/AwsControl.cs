using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace CsiSecrets.Tests.Cluster;

/// <summary>The control API of the AWS endpoint that run.sh started.</summary>
internal sealed class AwsControl : IDisposable
{
    public const string Issuer = "https://kubernetes.default.svc.cluster.local";

    private readonly HttpClient http = new()
    {
        BaseAddress = new Uri(Environment.GetEnvironmentVariable("CLUSTER_AWS_CONTROL") ?? throw new InvalidOperationException("CLUSTER_AWS_CONTROL is not set")),
    };

    public async Task SeedAsync(JsonObject state, CancellationToken ct)
    {
        using HttpResponseMessage answer = await http.PostAsJsonAsync("/_control/seed", state, ct);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(ct));
    }

    /// <summary>Trusts the cluster's own token issuer and makes a role that any ServiceAccount of the namespace may assume.</summary>
    public Task RoleAsync(string role, string ns, CancellationToken ct)
    {
        string key = File.ReadAllText(Environment.GetEnvironmentVariable("CLUSTER_ISSUER_KEY")!);
        return SeedAsync(
            new JsonObject
            {
                ["oidc"] = new JsonArray(new JsonObject
                {
                    ["issuer"] = Issuer,
                    ["clientIds"] = new JsonArray("sts.amazonaws.com"),
                    ["publicKey"] = key,
                }),
                ["roles"] = new JsonArray(new JsonObject
                {
                    ["name"] = role,
                    ["trust"] = JsonNode.Parse($$$"""
                        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRoleWithWebIdentity",
                         "Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/kubernetes.default.svc.cluster.local"},
                         "Condition":{"StringLike":{"kubernetes.default.svc.cluster.local:sub":"system:serviceaccount:{{{ns}}}:*"} } } ] }
                        """),
                }),
            },
            ct);
    }

    public Task SecretAsync(string name, string value, CancellationToken ct) => SeedAsync(
        new JsonObject { ["secrets"] = new JsonArray(new JsonObject { ["name"] = name, ["value"] = value, ["region"] = "eu-west-1" }) }, ct);

    public Task ParameterAsync(string name, string value, CancellationToken ct) => SeedAsync(
        new JsonObject { ["parameters"] = new JsonArray(new JsonObject { ["name"] = name, ["value"] = value, ["type"] = "SecureString", ["region"] = "eu-west-1" }) }, ct);

    public async Task<string> SessionsAsync(CancellationToken ct) => await http.GetStringAsync("/_control/sessions", ct);

    public void Dispose() => http.Dispose();
}
