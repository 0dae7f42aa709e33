using System.Diagnostics;
using System.Text.Json.Nodes;
using CsiSecrets.Kube;
using CsiSecrets.Kube.Connection;
using Microsoft.Extensions.Logging.Abstractions;

namespace CsiSecrets.Tests.Kube;

/// <summary>A kube-apiserver with its etcd, started by the cluster recipe for the tests of one class; <see cref="Missing"/> says why there is none.</summary>
public sealed class RealApiServer : IAsyncLifetime
{
    private readonly string state = Path.Combine("/run", $"csi-secrets-{Guid.NewGuid():N}"[..20]);

    /// <summary>Empty when the server runs.</summary>
    public string Missing { get; private set; } = "";

    public Uri Server { get; private set; } = new("https://127.0.0.1");

    /// <summary>The folder with <c>ca.crt</c>, <c>admin.crt</c>, <c>admin.key</c>.</summary>
    public string Pki => Path.Combine(state, "pki");

    /// <summary>Calls as the cluster's administrator.</summary>
    internal KubeHttp Admin() => new(Connection(), TimeProvider.System, NullLogger<KubeHttp>.Instance);

    /// <summary>A connection with a bearer token, e.g. a ServiceAccount's; as the administrator without one.</summary>
    internal KubeConnection Connection(string token = "")
    {
        string user = token.Length > 0 ? $$"""{"token":"{{token}}"}""" : """{"client-certificate":"admin.crt","client-key":"admin.key"}""";
        string kubeconfig = $$$"""
            {"clusters":[{"name":"c","cluster":{"server":"{{{Server}}}","certificate-authority":"ca.crt"}}],
             "users":[{"name":"u","user":{{{user}}}}],
             "contexts":[{"name":"x","context":{"cluster":"c","user":"u"}}],"current-context":"x"}
            """;
        return new KubeConfigFile(Path.Combine(Pki, "kubeconfig"), JsonNode.Parse(kubeconfig)!, TimeProvider.System).Connect("");
    }

    public async ValueTask InitializeAsync()
    {
        string? assets = Assets();
        string? recipe = Recipe("cluster-up.sh");
        Missing = Environment.UserName != "root" ? "an API server needs root"
            : assets is null ? "no kube-apiserver: build it with tests/Cluster/build-k8s.sh and set KUBEBUILDER_ASSETS"
            : recipe is null ? "the cluster recipe is not beside this assembly's sources"
            : Absent(["etcd", "kubectl", "openssl", "setsid"]) is { } tool ? $"{tool} is not installed"
            : "";
        if (Missing.Length > 0)
        {
            return;
        }

        // Its own, etcd's, and etcd's for its peers.
        int port = ServerPorts.Take(3);
        Server = new Uri($"https://127.0.0.1:{port}");
        string said = await RunAsync(recipe!, ["-c", "-d", state, "-b", assets!], ("PORT", $"{port}"), ("ETCD_PORT", $"{port + 1}"));
        Assert.True(said.Contains("apiserver ready", StringComparison.Ordinal), $"{said}\n{Logs()}");
    }

    public async ValueTask DisposeAsync()
    {
        if (Directory.Exists(state))
        {
            await RunAsync(Recipe("cluster-down.sh")!, ["-w", "-d", state]);
        }
    }

    /// <summary>SIGKILL to one of its processes: <c>etcd</c> or <c>kube-apiserver</c>.</summary>
    internal Task KillAsync(string component) => RunAsync(Recipe("component.sh")!, [state, "kill", component]);

    /// <summary>Starts it again as it was started.</summary>
    internal Task StartAgainAsync(string component) => RunAsync(Recipe("component.sh")!, [state, "start", component]);

    /// <summary>The administrator's, for a process of its own.</summary>
    internal string Kubeconfig => Path.Combine(state, "admin.kubeconfig");

    private static string? Assets()
    {
        string cache = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache/csi-secrets/kubernetes-1.20.2");
        string?[] folders = [Environment.GetEnvironmentVariable("KUBEBUILDER_ASSETS"), cache];
        return folders.FirstOrDefault(static f => f is { Length: > 0 } && File.Exists(Path.Combine(f, "kube-apiserver")));
    }

    private static string? Recipe(string script)
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string path = Path.Combine(at.FullName, "tests/Cluster", script);
            if (File.Exists(path))
            {
                return path;
            }
        }

        return null;
    }

    private static string? Absent(string[] tools)
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        return tools.FirstOrDefault(tool => !folders.Any(folder => File.Exists(Path.Combine(folder, tool))));
    }

    /// <summary>The ends of the servers' logs: the folder goes with the fixture.</summary>
    private string Logs() => string.Join('\n', Directory.GetFiles(Path.Combine(state, "log")).Order(StringComparer.Ordinal)
        .Select(static f => $"== {Path.GetFileName(f)}\n{string.Join('\n', File.ReadLines(f).TakeLast(10))}"));

    private static async Task<string> RunAsync(string script, string[] arguments, params (string Name, string Value)[] environment)
    {
        // To a file: what the script starts inherits its output, and a pipe would not end before they do.
        string output = Path.GetTempFileName();
        var start = new ProcessStartInfo("/bin/bash") { UseShellExecute = false };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("exec \"$0\" \"$@\" >\"$OUTPUT\" 2>&1 </dev/null");
        start.ArgumentList.Add(script);
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["OUTPUT"] = output;
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        string said = await File.ReadAllTextAsync(output, TestContext.Current.CancellationToken);
        File.Delete(output);
        return said;
    }
}
