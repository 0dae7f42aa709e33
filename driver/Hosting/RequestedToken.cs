using System.Text;
using CsiSecrets.Kube.Connection;
using CsiSecrets.Model;

namespace CsiSecrets.Hosting;

/// <summary>A bearer token that is asked for again shortly before it expires, or when the server refused it.</summary>
internal sealed class RequestedToken(Func<CancellationToken, Task<PodToken>> request, TimeProvider time)
{
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);
    private KubeCredential? current;
    private DateTimeOffset expires;

    /// <summary>Single flight: whoever waits takes what the first one got.</summary>
    private SemaphoreSlim One { get; } = new(1, 1);

    public async ValueTask<KubeCredential> GetAsync(bool renew, CancellationToken ct)
    {
        await One.WaitAsync(ct);
        try
        {
            if (current is null || renew || (expires != DateTimeOffset.MaxValue && time.GetUtcNow() > expires - Margin))
            {
                PodToken token = await request(ct);
                using SecretBytes value = token.Value;
                current = new KubeCredential(Encoding.UTF8.GetString(value.Span).Trim(), null);
                expires = token.Expires;
            }

            return current;
        }
        finally
        {
            One.Release();
        }
    }
}
