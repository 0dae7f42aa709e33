using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using CsiSecrets.JsonQuery;
using CsiSecrets.Model;

namespace CsiSecrets.Kube.Connection;

/// <summary>A kubeconfig as JSON, and the connection that its current context means. Relative paths are relative to the file.</summary>
internal sealed class KubeConfigFile(string path, JsonNode root, TimeProvider time)
{
    private readonly string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";

    /// <summary>Reads the file, YAML or JSON.</summary>
    public static KubeConfigFile Read(string path, TimeProvider time)
    {
        const string Remedy = "name a kubeconfig that this user can read";
        try
        {
            IReadOnlyList<byte[]> documents = YamlText.ToJson(File.ReadAllBytes(path));
            return documents.Count > 0 && JsonNode.Parse(documents[0]) is JsonObject root
                ? new KubeConfigFile(path, root, time)
                : throw new SecretsException(FailureReason.KubernetesUnavailable, $"kubeconfig {path}", "it is empty or no mapping", Remedy);
        }
        catch (YamlTextException e)
        {
            throw new SecretsException(FailureReason.KubernetesUnavailable, $"kubeconfig {path}", e.Message, Remedy, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SecretsException(FailureReason.KubernetesUnavailable, $"kubeconfig {path}", "it cannot be read", Remedy, e);
        }
    }

    /// <param name="context">A context's name; empty for the current one.</param>
    public KubeConnection Connect(string context)
    {
        string chosen = context.Length > 0 ? context : Text(root, "current-context") ?? "";
        JsonNode names = Entry("contexts", chosen, "context");
        JsonNode cluster = Entry("clusters", Text(names, "cluster") ?? "", "cluster");
        string address = Text(cluster, "server") ?? "";
        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? server) || server.Scheme is not ("http" or "https"))
        {
            throw Bad($"cluster {Text(names, "cluster")}: server", "it is no http(s) address");
        }

        return new KubeConnection
        {
            Server = server,
            Trust = TrustOf(cluster),
            ServerName = Text(cluster, "tls-server-name"),
            Credential = Text(names, "user") is { Length: > 0 } user ? CredentialOf(Entry("users", user, "user")) : NoCredential,
        };
    }

    /// <summary>A certificate with its key, from two PEM texts.</summary>
    public static X509Certificate2 WithKey(string certificate, string key) => X509Certificate2.CreateFromPem(certificate, key);

    private static ValueTask<KubeCredential> NoCredential(bool renew, CancellationToken ct) => ValueTask.FromResult(KubeCredential.None);

    private static string? Text(JsonNode? node, string key) => (node as JsonObject)?[key]?.ToString();

    private ServerTrust TrustOf(JsonNode cluster)
    {
        if (Text(cluster, "insecure-skip-tls-verify") is "true")
        {
            return ServerTrust.Anybody(time);
        }

        if (Text(cluster, "certificate-authority-data") is { Length: > 0 } data)
        {
            return ServerTrust.FromPem($"kubeconfig {path}: certificate-authority-data", Decode(data, "certificate-authority-data"), time);
        }

        return Text(cluster, "certificate-authority") is { Length: > 0 } file
            ? ServerTrust.FromFile(Path.Combine(folder, file), time)
            : ServerTrust.System(time);
    }

    private CredentialSource CredentialOf(JsonNode user)
    {
        if (user["exec"] is JsonObject exec)
        {
            return new ExecPlugin(Plugin(exec), time).GetAsync;
        }

        X509Certificate2? certificate = CertificateOf(user);
        if (Text(user, "tokenFile") is { Length: > 0 } file)
        {
            return new TokenFile(Path.Combine(folder, file), time).GetAsync;
        }

        var fixedCredential = new KubeCredential(Text(user, "token"), certificate);
        return (_, _) => ValueTask.FromResult(fixedCredential);
    }

    private X509Certificate2? CertificateOf(JsonNode user)
    {
        string? certificate = PemOf(user, "client-certificate");
        string? key = PemOf(user, "client-key");
        if (certificate is null || key is null)
        {
            return null;
        }

        try
        {
            return WithKey(certificate, key);
        }
        catch (CryptographicException)
        {
            // Without the inner exception: it is about a private key.
            throw Bad("client-certificate and client-key", "they are no PEM certificate with its key");
        }
    }

    private string? PemOf(JsonNode user, string key)
    {
        if (Text(user, $"{key}-data") is { Length: > 0 } data)
        {
            return Decode(data, $"{key}-data");
        }

        if (Text(user, key) is not { Length: > 0 } file)
        {
            return null;
        }

        try
        {
            return File.ReadAllText(Path.Combine(folder, file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Bad(key, $"{file} cannot be read", e);
        }
    }

    private ExecPluginSettings Plugin(JsonObject exec)
    {
        string command = Text(exec, "command") ?? throw Bad("exec.command", "it is missing");

        // As kubectl has it: a command with a slash is relative to the file, one without is looked up in PATH.
        command = command.Contains('/', StringComparison.Ordinal) ? Path.Combine(folder, command) : command;
        return new ExecPluginSettings(
            command,
            [.. (exec["args"] as JsonArray ?? []).Select(static a => a?.ToString() ?? "")],
            [.. (exec["env"] as JsonArray ?? []).Select(static e => (Text(e, "name") ?? "", Text(e, "value") ?? ""))],
            Text(exec, "apiVersion") ?? "client.authentication.k8s.io/v1",
            Text(exec, "installHint") ?? "");
    }

    private JsonNode Entry(string list, string name, string key) =>
        (root[list] as JsonArray ?? []).FirstOrDefault(e => Text(e, "name") == name)?[key]
        ?? throw Bad(list, $"there is no {key} named \"{name}\"");

    private string Decode(string base64, string field)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(base64));
        }
        catch (FormatException)
        {
            throw Bad(field, "it is not base64");
        }
    }

    private SecretsException Bad(string field, string cause, Exception? inner = null) =>
        new(FailureReason.KubernetesUnavailable, $"kubeconfig {path}: {field}", cause, "try kubectl config view --kubeconfig on it", inner);
}
