using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace CsiSecrets.Tests.Cluster;

/// <summary>The control API of the AWS endpoint that run.sh started.</summary>
internal sealed class AwsControl : IDisposable
{
    public const string Issuer = "https://kubernetes.default.svc.cluster.local";
    private const string Region = "eu-west-1";

    private readonly HttpClient http = new() { BaseAddress = new Uri(ClusterUnderTest.Variable("CLUSTER_AWS_CONTROL")) };

    /// <summary>The endpoint's address goes, or comes back: connections break off, and nothing answers a new one.</summary>
    public static Task AddressAsync(bool there, CancellationToken ct) => Shell.RunAsync(
        "ip", ["addr", there ? "replace" : "del", ClusterUnderTest.Variable("CLUSTER_AWS_IP") + "/32", "dev", "lo"], ct);

    public async Task<JsonNode> SeedAsync(JsonObject state, CancellationToken ct)
    {
        using HttpResponseMessage answer = await http.PostAsJsonAsync("/_control/seed", state, ct);
        string text = await answer.Content.ReadAsStringAsync(ct);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }

    /// <summary>Trusts the cluster's own token issuer.</summary>
    public Task TrustAsync(string key, CancellationToken ct) => SeedAsync(
        new JsonObject
        {
            ["oidc"] = new JsonArray(new JsonObject
            {
                ["issuer"] = Issuer,
                ["clientIds"] = new JsonArray("sts.amazonaws.com"),
                ["publicKey"] = key,
            }),
        },
        ct);

    /// <summary>A role for the ServiceAccounts of a namespace, by their web identity; and for Pod Identity, whose agent it trusts.</summary>
    public Task RoleAsync(string role, string ns, CancellationToken ct) => SeedAsync(
        new JsonObject
        {
            ["roles"] = new JsonArray(new JsonObject
            {
                ["name"] = role,
                ["trust"] = JsonNode.Parse($$$"""
                    {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRoleWithWebIdentity",
                     "Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/kubernetes.default.svc.cluster.local"},
                     "Condition":{"StringLike":{"kubernetes.default.svc.cluster.local:sub":"system:serviceaccount:{{{ns}}}:*"} } },
                     {"Effect":"Allow","Action":["sts:AssumeRole","sts:TagSession"],"Principal":{"Service":"pods.eks.amazonaws.com"} } ] }
                    """),
            }),
        },
        ct);

    public Task AssociateAsync(string ns, string role, CancellationToken ct) => SeedAsync(
        new JsonObject
        {
            ["podIdentity"] = new JsonArray(new JsonObject
            {
                ["namespace"] = ns,
                ["serviceAccount"] = "default",
                ["roleArn"] = $"arn:aws:iam::111122223333:role/{role}",
            }),
        },
        ct);

    /// <summary>A user's access key: id and secret.</summary>
    public async Task<(string Id, string Secret)> UserAsync(string name, CancellationToken ct)
    {
        JsonNode answer = await SeedAsync(new JsonObject { ["users"] = new JsonArray(new JsonObject { ["name"] = name }) }, ct);
        return ((string)answer["users"]![0]!["accessKeyId"]!, (string)answer["users"]![0]!["secretAccessKey"]!);
    }

    /// <summary>Creates a secret, or gives it a new version: ARN and version id.</summary>
    public async Task<(string Arn, string Version)> SecretAsync(string name, string value, CancellationToken ct, string region = Region)
    {
        JsonNode answer = await SeedAsync(
            new JsonObject { ["secrets"] = new JsonArray(new JsonObject { ["name"] = name, ["value"] = value, ["region"] = region }) }, ct);
        return ((string)answer["secrets"]![0]!["arn"]!, (string)answer["secrets"]![0]!["versionId"]!);
    }

    public Task ParameterAsync(string name, string value, CancellationToken ct) => SeedAsync(
        new JsonObject
        {
            ["parameters"] = new JsonArray(new JsonObject { ["name"] = name, ["value"] = value, ["type"] = "SecureString", ["region"] = Region }),
        },
        ct);

    public async Task<string> SessionsAsync(CancellationToken ct) => await http.GetStringAsync("/_control/sessions", ct);

    /// <summary>Who showed STS a token that is bound to a pod of the namespace so far: the caller's address, and the pod.</summary>
    public async Task<IReadOnlyList<(string From, string Pod)>> WebIdentitiesAsync(string ns, CancellationToken ct)
    {
        JsonArray all = JsonNode.Parse(await http.GetStringAsync("/_control/calls", ct))!.AsArray();
        return [.. all.Where(c => ((string?)c!["pod"])?.StartsWith(ns + "/", StringComparison.Ordinal) == true).Select(c => ((string)c!["from"]!, (string)c["pod"]!))];
    }

    /// <summary>The calls that named this object so far, oldest first.</summary>
    public async Task<IReadOnlyList<AwsCall>> CallsForAsync(string name, CancellationToken ct)
    {
        JsonArray all = JsonNode.Parse(await http.GetStringAsync("/_control/calls", ct))!.AsArray();
        return
        [
            .. all.Where(c => c!["objects"]!.AsArray().Any(o => ((string)o!).Contains(name, StringComparison.Ordinal)))
                .Select(c => new AwsCall((string)c!["operation"]!, DateTimeOffset.Parse((string)c["at"]!, System.Globalization.CultureInfo.InvariantCulture))),
        ];
    }

    public void Dispose() => http.Dispose();
}
