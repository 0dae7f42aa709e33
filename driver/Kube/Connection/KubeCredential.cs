using System.Security.Cryptography.X509Certificates;

namespace CsiSecrets.Kube.Connection;

/// <summary>How one request proves who it is. A class, so that nothing prints the token.</summary>
internal sealed class KubeCredential(string? token, X509Certificate2? certificate)
{
    public static readonly KubeCredential None = new(null, null);

    public string? Token { get; } = token;

    public X509Certificate2? Certificate { get; } = certificate;
}

/// <summary>The current credential; <paramref name="renew"/> after the server refused the last one.</summary>
internal delegate ValueTask<KubeCredential> CredentialSource(bool renew, CancellationToken ct);
