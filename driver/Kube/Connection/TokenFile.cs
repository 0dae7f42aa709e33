using CsiSecrets.Model;

namespace CsiSecrets.Kube.Connection;

/// <summary>A bearer token in a file that somebody renews: read again after a minute, or when the server refused it.</summary>
internal sealed class TokenFile(string path, TimeProvider time)
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(1);

    private Reading? last;

    public async ValueTask<KubeCredential> GetAsync(bool renew, CancellationToken ct)
    {
        Reading? seen = Volatile.Read(ref last);
        if (seen is not null && !renew && time.GetElapsedTime(seen.At) < MaxAge)
        {
            return seen.Credential;
        }

        try
        {
            string text = await File.ReadAllTextAsync(path, ct);
            var read = new Reading(new KubeCredential(text.Trim(), null), time.GetTimestamp());
            Volatile.Write(ref last, read);
            return read.Credential;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A token that cannot be read just now may still be good.
            return seen?.Credential ?? throw new SecretsException(
                FailureReason.KubernetesDenied, path, "the ServiceAccount's token cannot be read", "leave automountServiceAccountToken on", e);
        }
    }

    private sealed record Reading(KubeCredential Credential, long At);
}
