using CsiSecrets.Model;

namespace CsiSecrets.Providers;

/// <summary>A cluster's API server, and as whom to speak to it. Never printed.</summary>
internal sealed class ClusterTarget
{
    /// <summary>Everything that decides what may be read there. Holds no secret.</summary>
    public required string Key { get; init; }

    public required Uri Server { get; init; }

    /// <summary>PEM; null for the machine's own authorities.</summary>
    public string? Authorities { get; init; }

    /// <summary>Anybody may pass for the server: a kubeconfig says so.</summary>
    public bool Insecure { get; init; }

    /// <summary>Name to verify the server's certificate against, where it is not the host.</summary>
    public string? ServerName { get; init; }

    /// <summary>A bearer token, which the receiver owns, asked for again when it expires or was refused; null for none.</summary>
    public Func<CancellationToken, Task<PodToken>>? Token { get; init; }

    /// <summary>A client certificate with its key, both PEM.</summary>
    public (SecretBytes Certificate, SecretBytes Key)? Certificate { get; init; }

    public override string ToString() => Server.Host;
}
