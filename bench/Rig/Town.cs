using System.Text;
using System.Text.Json.Nodes;

namespace CsiSecrets.Bench.Rig;

/// <summary>The namespace of the bench: a ServiceAccount with a role, pods with their tokens, classes with their secrets.</summary>
internal sealed class Town(ControlPlane plane, AwsStage aws)
{
    public const string Namespace = "bench";
    public const string Account = "app";
    public const string Node = "bench-node";
    public const int Pods = 200;
    private const string Classes = $"/apis/secrets-store.csi.x-k8s.io/v1/namespaces/{Namespace}/secretproviderclasses";
    private const string Accounts = $"/api/v1/namespaces/{Namespace}/serviceaccounts";
    private const string Statuses = $"/apis/secrets-store.csi.x-k8s.io/v1/namespaces/{Namespace}/secretproviderclasspodstatuses";

    private readonly List<BenchPod> pods = [];

    public IReadOnlyList<BenchPod> Residents => pods;

    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        await plane.CreateAsync("/api/v1/namespaces", Object("v1", "Namespace", Namespace), cancellationToken);
        await AccountAsync(Account, cancellationToken);
        var made = new BenchPod[Pods];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Pods),
            new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken },
            async (i, token) => made[i] = await PodAsync($"web-{i:d3}", Account, token));
        pods.AddRange(made);
    }

    /// <summary>A class of new secrets, each of its size.</summary>
    /// <param name="name">Class name; the secrets' names begin with it.</param>
    /// <param name="secrets">How many.</param>
    /// <param name="bytes">How long each.</param>
    /// <param name="interval">rotationPollInterval; null for the driver's default.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task ClassAsync(string name, int secrets, int bytes, string? interval, CancellationToken cancellationToken)
    {
        JsonObject one = Object("secrets-store.csi.x-k8s.io/v1", "SecretProviderClass", name);
        var parameters = new JsonObject { ["region"] = AwsStage.Region, ["objects"] = Secrets(name, secrets, bytes) };
        if (interval is not null)
        {
            parameters["rotationPollInterval"] = interval;
        }

        one["spec"] = new JsonObject { ["provider"] = "aws", ["parameters"] = parameters };
        await plane.CreateAsync(Classes, one, cancellationToken);
    }

    /// <summary>New secrets, and the class parameter that names them.</summary>
    public string Secrets(string name, int secrets, int bytes)
    {
        var objects = new StringBuilder();
        for (int i = 0; i < secrets; i++)
        {
            aws.Server.Seed.Secret(SecretOf(name, i), ValueOf(name, i, bytes), region: AwsStage.Region);
            objects.Append($"- {{objectName: {SecretOf(name, i)}, objectType: secretsmanager}}\n");
        }

        return objects.ToString();
    }

    /// <summary>The path of a class at the API server.</summary>
    public static string ClassPath(string name) => $"{Classes}/{name}";

    public static string AccountPath(string name) => $"{Accounts}/{name}";

    /// <summary>Pods, each of a ServiceAccount and a role of its own, which nobody has seen before.</summary>
    public async Task<BenchPod[]> StrangersAsync(int count, CancellationToken cancellationToken)
    {
        var strangers = new BenchPod[count];
        for (int i = 0; i < count; i++)
        {
            string name = $"stranger-{i}";
            await AccountAsync(name, cancellationToken);
            strangers[i] = await PodAsync(name, name, cancellationToken);
        }

        return strangers;
    }

    public static string SecretOf(string className, int index) => $"{className}-{index}";

    /// <summary>What the secret holds, and the file of that name with it.</summary>
    public static string ValueOf(string className, int index, int bytes) => $"{className}/{index}:".PadRight(bytes, 'x');

    public Task<int> CountStatusesAsync(CancellationToken cancellationToken) => plane.CountAsync(Statuses, cancellationToken);

    public Task DeleteStatusesAsync(CancellationToken cancellationToken) => plane.DeleteAllAsync(Statuses, cancellationToken);

    private async Task AccountAsync(string name, CancellationToken cancellationToken)
    {
        JsonObject account = Object("v1", "ServiceAccount", name);
        account["metadata"]!["annotations"] = new JsonObject { ["eks.amazonaws.com/role-arn"] = aws.RoleOf(name) };
        await plane.CreateAsync(Accounts, account, cancellationToken);
    }

    private async Task<BenchPod> PodAsync(string name, string account, CancellationToken cancellationToken)
    {
        JsonObject pod = Object("v1", "Pod", name);
        pod["metadata"]!["labels"] = new JsonObject { ["app.kubernetes.io/name"] = "web", ["app.kubernetes.io/part-of"] = "shop", ["pod-template-hash"] = "7d4b9c8f6d" };
        pod["metadata"]!["annotations"] = new JsonObject { ["prometheus.io/scrape"] = "true", ["checksum/config"] = new string('a', 64) };
        pod["spec"] = new JsonObject
        {
            ["nodeName"] = Node,
            ["serviceAccountName"] = account,
            ["automountServiceAccountToken"] = false,
            ["containers"] = new JsonArray(Container("web"), Container("sidecar")),
            ["volumes"] = new JsonArray(new JsonObject
            {
                ["name"] = "secrets",
                ["csi"] = new JsonObject
                {
                    ["driver"] = "secrets-store.csi.k8s.io",
                    ["readOnly"] = true,
                    ["volumeAttributes"] = new JsonObject { ["secretProviderClass"] = "four" },
                },
            }),
        };
        JsonNode made = await plane.CreateAsync($"/api/v1/namespaces/{Namespace}/pods", pod, cancellationToken);
        string uid = (string)made["metadata"]!["uid"]!;
        var tokens = new JsonObject();
        foreach (string audience in (string[])[AwsStage.Audience, "pods.eks.amazonaws.com"])
        {
            (string token, string expires) = await plane.TokenAsync(Namespace, account, audience, (name, uid), cancellationToken);
            tokens[audience] = new JsonObject { ["token"] = token, ["expirationTimestamp"] = expires };
        }

        return new BenchPod(name, uid, account, tokens.ToJsonString());
    }

    /// <summary>As large as containers are: the driver reads every pod of its node.</summary>
    private static JsonObject Container(string name) => new()
    {
        ["name"] = name,
        ["image"] = $"registry.example/shop/{name}:1.2.3",
        ["env"] = new JsonArray([.. Enumerable.Range(0, 12).Select(i => new JsonObject { ["name"] = $"SETTING_{i}", ["value"] = $"https://service-{i}.shop.svc.cluster.local:8443/api" })]),
        ["volumeMounts"] = new JsonArray(new JsonObject { ["name"] = "secrets", ["mountPath"] = "/mnt/secrets", ["readOnly"] = true }),
        ["resources"] = new JsonObject { ["requests"] = new JsonObject { ["cpu"] = "100m", ["memory"] = "128Mi" } },
    };

    private static JsonObject Object(string version, string kind, string name) => new()
    {
        ["apiVersion"] = version,
        ["kind"] = kind,
        ["metadata"] = new JsonObject { ["name"] = name },
    };
}
