using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CsiSecrets.Model;

namespace CsiSecrets.Kube.Connection;

/// <summary>Which certificate authorities may vouch for the API server. A CA in a file is read again when a check fails or a minute has passed.</summary>
internal sealed class ServerTrust
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(1);

    private readonly string? path;
    private readonly TimeProvider time;
    private readonly Kind kind;
    private X509Certificate2Collection authorities;
    private long readAt;

    private ServerTrust(Kind kind, string? path, X509Certificate2Collection authorities, TimeProvider time)
    {
        this.kind = kind;
        this.path = path;
        this.authorities = authorities;
        this.time = time;
        readAt = time.GetTimestamp();
    }

    private enum Kind
    {
        /// <summary>The machine's own list.</summary>
        System,

        /// <summary>Only the given authorities.</summary>
        Own,

        /// <summary>Anybody: insecure-skip-tls-verify of a kubeconfig.</summary>
        Anybody,
    }

    public static ServerTrust System(TimeProvider time) => new(Kind.System, null, [], time);

    public static ServerTrust Anybody(TimeProvider time) => new(Kind.Anybody, null, [], time);

    public static ServerTrust FromFile(string path, TimeProvider time) => new(Kind.Own, path, Read(path), time);

    /// <param name="name">Where the text comes from, for messages.</param>
    public static ServerTrust FromPem(string name, string pem, TimeProvider time)
    {
        var found = new X509Certificate2Collection();
        try
        {
            found.ImportFromPem(pem);
        }
        catch (CryptographicException e)
        {
            throw Unreadable(name, e);
        }

        return found.Count > 0 ? new ServerTrust(Kind.Own, null, found, time) : throw Unreadable(name, null);
    }

    /// <summary>Decides about the certificate that a server has shown.</summary>
    public bool Accepts(object sender, X509Certificate? certificate, X509Chain? sent, SslPolicyErrors errors)
    {
        if (kind == Kind.Anybody || errors == SslPolicyErrors.None)
        {
            return kind != Kind.Own || IsVouchedFor(certificate, sent);
        }

        // The chain is our business with an own CA; a missing certificate or a wrong name is wrong in any case.
        return kind == Kind.Own && errors == SslPolicyErrors.RemoteCertificateChainErrors && IsVouchedFor(certificate, sent);
    }

    private static X509Certificate2Collection Read(string path)
    {
        try
        {
            var found = new X509Certificate2Collection();
            found.ImportFromPemFile(path);
            return found.Count > 0 ? found : throw Unreadable(path, null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw Unreadable(path, e);
        }
    }

    private static SecretsException Unreadable(string name, Exception? inner) => new(
        FailureReason.KubernetesUnavailable, name, "the API server's CA cannot be read", "it must hold PEM certificates", inner);

    private bool IsVouchedFor(X509Certificate? certificate, X509Chain? sent)
    {
        if (certificate is not X509Certificate2 leaf)
        {
            return false;
        }

        if (path is not null && time.GetElapsedTime(Interlocked.Read(ref readAt)) >= MaxAge)
        {
            Renew(path);
        }

        if (Builds(leaf, sent))
        {
            return true;
        }

        if (path is null)
        {
            return false;
        }

        Renew(path);
        return Builds(leaf, sent);
    }

    private void Renew(string file)
    {
        try
        {
            Volatile.Write(ref authorities, Read(file));
            Interlocked.Exchange(ref readAt, time.GetTimestamp());
        }
        catch (SecretsException)
        {
            // Half-written just now: the list in hand stays.
        }
    }

    private bool Builds(X509Certificate2 leaf, X509Chain? sent)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;

        // Else whoever has any certificate of the cluster's CA, such as a kubelet, could pass for the server.
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.1"));
        chain.ChainPolicy.CustomTrustStore.AddRange(Volatile.Read(ref authorities));
        if (sent is not null)
        {
            chain.ChainPolicy.ExtraStore.AddRange(sent.ChainPolicy.ExtraStore);
        }

        return chain.Build(leaf);
    }
}
