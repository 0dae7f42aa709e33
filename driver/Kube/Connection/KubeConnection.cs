using CsiSecrets.Model;

namespace CsiSecrets.Kube.Connection;

/// <summary>Where the API server is, whom to trust there, and who we are.</summary>
internal sealed class KubeConnection
{
    public const string ServiceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

    public required Uri Server { get; init; }

    public required ServerTrust Trust { get; init; }

    public CredentialSource Credential { get; init; } = static (_, _) => ValueTask.FromResult(KubeCredential.None);

    /// <summary>Name to verify the server's certificate against, where it is not the host of <see cref="Server"/>.</summary>
    public string? ServerName { get; init; }

    /// <summary>
    /// The connection of a pod, from the kubelet's environment and <paramref name="folder"/>; null when this is no pod. The token and the CA
    /// are files that the kubelet renews.
    /// </summary>
    public static KubeConnection? InCluster(Func<string, string?> environment, string folder, TimeProvider time)
    {
        string? host = environment("KUBERNETES_SERVICE_HOST");
        string? port = environment("KUBERNETES_SERVICE_PORT");
        if (string.IsNullOrEmpty(host) || string.IsNullOrEmpty(port))
        {
            return null;
        }

        string authority = host.Contains(':', StringComparison.Ordinal) && host[0] != '[' ? $"[{host}]" : host;
        if (!Uri.TryCreate($"https://{authority}:{port}", UriKind.Absolute, out Uri? server))
        {
            throw new SecretsException(
                FailureReason.KubernetesUnavailable,
                "KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT",
                "they make no address",
                "the kubelet sets both: look for an env entry of the DaemonSet that overrides them");
        }

        return new KubeConnection
        {
            Server = server,
            Trust = ServerTrust.FromFile(Path.Combine(folder, "ca.crt"), time),
            Credential = new TokenFile(Path.Combine(folder, "token"), time).GetAsync,
        };
    }
}
