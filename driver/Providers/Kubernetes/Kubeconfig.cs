using System.Text;
using CsiSecrets.JsonQuery;
using CsiSecrets.Model;

namespace CsiSecrets.Providers.Kubernetes;

/// <summary>
/// The current context of a kubeconfig that a Secret holds. Only what stands in it counts: commands and files would be run and read in this
/// process, with its rights, on the word of whoever wrote the Secret.
/// </summary>
internal sealed record Kubeconfig
{
    private static readonly string[] Refused =
        ["exec", "auth-provider", "tokenFile", "client-certificate", "client-key", "certificate-authority", "proxy-url", "username", "password"];

    public required Uri Server { get; init; }

    public string? Authorities { get; init; }

    public bool Insecure { get; init; }

    public string? ServerName { get; init; }

    /// <summary>The user's members as they stand; not a secret's holder, so it is a class that prints nothing.</summary>
    public required KubeconfigUser User { get; init; }

    /// <param name="subject">Where it comes from, for messages.</param>
    /// <param name="content">YAML or JSON.</param>
    public static Kubeconfig Read(string subject, SecretBytes content)
    {
        JsonTree root;
        try
        {
            root = YamlText.Read(content.Span) is [var only] ? only.Root : throw Bad(subject, "it is not one YAML document");
        }
        catch (YamlTextException)
        {
            // Without the inner exception: it is about a secret.
            throw Bad(subject, "it is not valid YAML");
        }

        JsonTree context = Entry(subject, root, "contexts", Text(root, "current-context") ?? "", "context");
        JsonTree cluster = Entry(subject, root, "clusters", Text(context, "cluster") ?? "", "cluster");
        JsonTree? user = Text(context, "user") is { } name ? Entry(subject, root, "users", name, "user") : null;
        foreach (string member in Refused.Where(m => cluster.Member(m) is not null || user?.Member(m) is not null))
        {
            throw Bad(subject, $"it has {member}: a kubeconfig in a Secret may hold only data (certificate-authority-data, token, client-certificate-data, client-key-data)");
        }

        return new Kubeconfig
        {
            Server = Uri.TryCreate(Text(cluster, "server"), UriKind.Absolute, out Uri? server) && server.Scheme is "https" or "http"
                ? server
                : throw Bad(subject, "its cluster has no http(s) server"),
            Authorities = Text(cluster, "certificate-authority-data") is { } data ? Decode(subject, data) : null,
            Insecure = Text(cluster, "insecure-skip-tls-verify") == "true",
            ServerName = Text(cluster, "tls-server-name"),
            User = new KubeconfigUser(
                Text(user, "token"),
                Text(user, "client-certificate-data") is { } certificate ? Decode(subject, certificate) : null,
                Text(user, "client-key-data") is { } key ? Decode(subject, key) : null),
        };
    }

    private static string? Text(JsonTree? node, string member) => node?.Member(member) is { Text.Length: > 0 } found ? found.Text : null;

    private static JsonTree Entry(string subject, JsonTree root, string list, string name, string key) =>
        root.Member(list)?.Items.FirstOrDefault(e => Text(e, "name") == name)?.Member(key)
        ?? throw Bad(subject, $"its {list} have no {key} of the name that its current context asks for");

    private static string Decode(string subject, string base64)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(base64));
        }
        catch (FormatException)
        {
            throw Bad(subject, "a -data member is not base64");
        }
    }

    private static SecretsException Bad(string subject, string cause) =>
        new(FailureReason.StoreInvalid, subject, cause, "store a kubeconfig as kubectl config view --flatten --raw prints it");
}

/// <summary>Credentials of a kubeconfig. A class, so that nothing prints them.</summary>
internal sealed class KubeconfigUser(string? token, string? certificate, string? key)
{
    public string? Token { get; } = token;

    public string? Certificate { get; } = certificate;

    public string? Key { get; } = key;

    public override string ToString() => "(redacted)";
}
