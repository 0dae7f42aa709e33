using System.Security.Cryptography;
using System.Text;
using CsiSecrets.Kube;
using CsiSecrets.Kube.Connection;
using CsiSecrets.Model;
using CsiSecrets.Providers;

namespace CsiSecrets.Hosting;

/// <summary>Connections to the clusters that stores read, one for each identity; those that nobody used for an hour are closed.</summary>
internal sealed class RemoteClusters(TimeProvider time, ILoggerFactory logs) : IDisposable
{
    private static readonly TimeSpan Unused = TimeSpan.FromHours(1);

    // One at a time: what one caller opens or takes up again is not what another ends for want of use.
    private readonly Lock gate = new();
    private readonly Dictionary<string, Remote> remotes = new(StringComparer.Ordinal);

    public ClusterReader Connect(ClusterTarget target)
    {
        lock (gate)
        {
            if (!remotes.TryGetValue(target.Key, out Remote? remote))
            {
                remotes[target.Key] = remote = Open(target);
            }

            remote.UsedAt = time.GetTimestamp();
            foreach ((string key, Remote old) in remotes.Where(r => time.GetElapsedTime(r.Value.UsedAt) > Unused).ToList())
            {
                remotes.Remove(key);
                old.Http.Dispose();
            }

            return remote.Reader;
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            foreach (Remote remote in remotes.Values)
            {
                remote.Http.Dispose();
            }
        }
    }

    private Remote Open(ClusterTarget target)
    {
        var connection = new KubeConnection
        {
            Server = target.Server,
            ServerName = target.ServerName,
            Trust = target switch
            {
                { Insecure: true } => ServerTrust.Anybody(time),
                { Authorities: { } pem } => ServerTrust.FromPem($"the CA of {target.Server.Authority}", pem, time),
                _ => ServerTrust.System(time),
            },
            Credential = CredentialOf(target),
        };
        var http = new KubeHttp(connection, time, logs.CreateLogger<KubeHttp>());
        var reading = new SecretReading(new KubeClient(http, time));
        return new Remote(http, time.GetTimestamp(), new ClusterReader
        {
            FindSecret = async (ns, name, ct) => await reading.FindAsync(ns, name, ct) is { } found ? ClusterSecrets.Of(found) : null,
            ListSecrets = async (ns, labels, wanted, ct) => [.. (await reading.ListAsync(ns, labels, wanted, ct)).Select(ClusterSecrets.Of)],
            MayReadSecrets = reading.MayReadAsync,
        });
    }

    private CredentialSource CredentialOf(ClusterTarget target)
    {
        if (target.Certificate is var (certificate, key))
        {
            KubeCredential fixedCredential;
            try
            {
                fixedCredential = new KubeCredential(null, KubeConfigFile.WithKey(Encoding.UTF8.GetString(certificate.Span), Encoding.UTF8.GetString(key.Span)));
            }
            catch (CryptographicException)
            {
                // Without the inner exception: it is about a private key.
                throw new SecretsException(
                    FailureReason.StoreInvalid, $"the client certificate for {target.Server.Authority}", "it is no PEM certificate with its key", "correct the Secret");
            }

            return (_, _) => ValueTask.FromResult(fixedCredential);
        }

        return target.Token is { } request ? new RequestedToken(request, time).GetAsync : static (_, _) => ValueTask.FromResult(KubeCredential.None);
    }

    private sealed class Remote(KubeHttp http, long usedAt, ClusterReader reader)
    {
        public KubeHttp Http { get; } = http;

        public ClusterReader Reader { get; } = reader;

        public long UsedAt { get; set; } = usedAt;
    }
}
