using System.Net.Http.Json;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace CsiSecrets.Bench.Rig;

/// <summary>A real etcd (on the disk, fsync and all) and kube-apiserver, started by the cluster recipe, with the project's manifests applied.</summary>
internal sealed class ControlPlane : IAsyncDisposable
{
    public const string Issuer = "https://kubernetes.default.svc.cluster.local";
    private const string State = Sandbox.Folder + "/k";

    private readonly HttpClient http;

    private ControlPlane(int port)
    {
        Port = port;
        var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
        handler.SslOptions.ClientCertificates = [X509Certificate2.CreateFromPemFile($"{State}/pki/admin.crt", $"{State}/pki/admin.key")];
        http = new HttpClient(handler) { BaseAddress = new Uri($"https://127.0.0.1:{port}") };
    }

    public int Port { get; }

    /// <summary>CPU time of kube-apiserver and etcd since they started.</summary>
    public TimeSpan Cpu => CpuOf("kube-apiserver") + CpuOf("etcd");

    public string AuthorityFile => $"{State}/pki/ca.crt";

    /// <summary>PEM of the key that signs ServiceAccount tokens.</summary>
    public string TokenKey => File.ReadAllText($"{State}/pki/sa.pub");

    public static async Task<ControlPlane> StartAsync(CancellationToken cancellationToken)
    {
        string cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        string assets = Environment.GetEnvironmentVariable("KUBEBUILDER_ASSETS") ?? Path.Combine(cache, "csi-secrets/kubernetes-1.20.2");
        if (!File.Exists(Path.Combine(assets, "kube-apiserver")))
        {
            throw new InvalidOperationException("no kube-apiserver: build it with tests/Cluster/build-k8s.sh kube-apiserver, or set KUBEBUILDER_ASSETS");
        }

        int port = FreePort.Next();
        await Shell.RunAsync(
            Script("cluster-up.sh"), ["-c", "-d", State, "-b", assets], "", cancellationToken,
            ("PORT", $"{port}"), ("ETCD_PORT", $"{FreePort.Next()}"), ("ETCD_DIR", Repository.Scratch("etcd")));
        var plane = new ControlPlane(port);
        foreach (string manifest in (string[])["crds/rendered/base.yaml", "daemonset/rendered/base.yaml"])
        {
            await plane.ApplyAsync(manifest, cancellationToken);
        }

        return plane;
    }

    public async Task<JsonNode> CreateAsync(string path, JsonObject body, CancellationToken cancellationToken)
    {
        using HttpResponseMessage answer = await http.PostAsJsonAsync(path, body, cancellationToken);
        string text = await answer.Content.ReadAsStringAsync(cancellationToken);
        return answer.IsSuccessStatusCode ? JsonNode.Parse(text)! : throw new InvalidOperationException($"{path}: {text}");
    }

    /// <summary>A patch by which the object may come to be, too: server-side apply, or a merge.</summary>
    public async Task PatchAsync(string path, string type, string body, CancellationToken cancellationToken, string query = "")
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, type);
        using HttpResponseMessage answer = await http.PatchAsync(path + query, content, cancellationToken);
        if (!answer.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"{path}: {await answer.Content.ReadAsStringAsync(cancellationToken)}");
        }
    }

    /// <summary>The lines of a watch.</summary>
    public Task<Stream> OpenAsync(string path, CancellationToken cancellationToken) => http.GetStreamAsync(path, cancellationToken);

    public Task ApplyAsync(string manifest, CancellationToken cancellationToken) =>
        Shell.RunAsync("kubectl", ["--kubeconfig", $"{State}/admin.kubeconfig", "apply", "-f", manifest], "", cancellationToken);

    /// <summary>Writes that the server carried out since it started, by resource.</summary>
    public async Task<RequestCounts> CountsAsync(CancellationToken cancellationToken) => RequestCounts.Read(await http.GetStringAsync("/metrics", cancellationToken));

    /// <summary>Reads an object and throws it away.</summary>
    public async Task ReadAsync(string path, CancellationToken cancellationToken) => await http.GetByteArrayAsync(path, cancellationToken);

    public async Task<int> CountAsync(string path, CancellationToken cancellationToken)
    {
        await using Stream body = await http.GetStreamAsync(path, cancellationToken);
        return (await JsonNode.ParseAsync(body, cancellationToken: cancellationToken))!["items"]!.AsArray().Count;
    }

    public async Task DeleteAllAsync(string path, CancellationToken cancellationToken)
    {
        using HttpResponseMessage answer = await http.DeleteAsync(path, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Requests that the server answered since it started, by the meters of the server itself; our own and its own are among them.</summary>
    /// <param name="labels">Each must be in the sample, e.g. <c>verb="POST"</c>.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<double> RequestsAsync(string[] labels, CancellationToken cancellationToken)
    {
        string text = await http.GetStringAsync("/metrics", cancellationToken);
        return text.Split('\n')
            .Where(line => line.StartsWith("apiserver_request_total{", StringComparison.Ordinal) && labels.All(l => line.Contains(l, StringComparison.Ordinal)))
            .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>A ServiceAccount's token, bound to a pod if one is given, as the kubelet asks for it.</summary>
    public async Task<(string Token, string Expires)> TokenAsync(
        string ns, string account, string? audience, (string Name, string Uid)? pod, CancellationToken cancellationToken)
    {
        var spec = new JsonObject { ["expirationSeconds"] = 7200 };
        if (audience is not null)
        {
            spec["audiences"] = new JsonArray(audience);
        }

        if (pod is { } bound)
        {
            spec["boundObjectRef"] = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Pod", ["name"] = bound.Name, ["uid"] = bound.Uid };
        }

        JsonNode answer = await CreateAsync(
            $"/api/v1/namespaces/{ns}/serviceaccounts/{account}/token",
            new JsonObject { ["apiVersion"] = "authentication.k8s.io/v1", ["kind"] = "TokenRequest", ["spec"] = spec },
            cancellationToken);
        return ((string)answer["status"]!["token"]!, (string)answer["status"]!["expirationTimestamp"]!);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await Shell.RunAsync(Script("cluster-down.sh"), ["-w", "-d", State], "", CancellationToken.None);
        Repository.Scratch("etcd");
    }

    private static TimeSpan CpuOf(string program) =>
        ProcessClock.CpuOf(int.Parse(File.ReadAllText($"{State}/run/{program}.pid"), System.Globalization.CultureInfo.InvariantCulture));

    private static string Script(string name) => Path.Combine(Repository.Root, "tests/Cluster", name);
}
