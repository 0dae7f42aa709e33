using System.Collections.Concurrent;
using CsiSecrets.Kube;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Sync.SecretObjects;

/// <summary>Tokens of ServiceAccounts, bound to the pod that they are for, one audience each; asked for again when most of their life is over.</summary>
internal sealed class MirrorTokens(IKubeApi api, TimeProvider time) : IDisposable
{
    private const int Seconds = 3600;
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LastMinute = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(string Source, string Audience), Held> held = new();

    /// <summary>The receiver owns the tokens.</summary>
    public async Task<PodTokens> GetAsync(MirrorSource source, IReadOnlyList<string> audiences, CancellationToken cancellationToken)
    {
        Sweep();
        var tokens = new Dictionary<string, PodToken>(StringComparer.Ordinal);
        foreach (string audience in audiences)
        {
            PodToken token = await CurrentAsync(source, audience, cancellationToken);
            tokens[audience] = new PodToken(token.Value.Share(), token.Expires);
        }

        return new PodTokens(tokens);
    }

    public void Dispose()
    {
        foreach (Held one in held.Values)
        {
            one.Token.Value.Dispose();
        }
    }

    private async Task<PodToken> CurrentAsync(MirrorSource source, string audience, CancellationToken cancellationToken)
    {
        (string, string) key = (source.Key, audience);

        // Those that were made together are not all asked for again together.
        TimeSpan margin = Margin * (1 + ((uint)source.Key.GetHashCode() % 100 / 100.0));
        TimeSpan left = held.TryGetValue(key, out Held? known) ? LeftOf(known) : TimeSpan.Zero;
        if (left > margin)
        {
            return known!.Token;
        }

        try
        {
            long asked = time.GetTimestamp();
            PodToken token = await RequestAsync(source, audience, cancellationToken);
            held[key] = new Held(token, asked);
            return token;
        }
        catch (SecretsException e) when (e.Reason == FailureReason.KubernetesUnavailable && left > LastMinute)
        {
            return known!.Token;
        }
    }

    /// <summary>By the token's own word, and no longer than was asked for: a clock that is set back makes no token live longer.</summary>
    private TimeSpan LeftOf(Held one)
    {
        TimeSpan said = one.Token.Expires - time.GetUtcNow();
        TimeSpan asked = TimeSpan.FromSeconds(Seconds) - time.GetElapsedTime(one.Asked);
        return said < asked ? said : asked;
    }

    private async Task<PodToken> RequestAsync(MirrorSource source, string audience, CancellationToken cancellationToken)
    {
        PodIdentity of = source.Identity;
        TokenRequestStatus made = await api.CreateTokenAsync(
            new ObjectKey(of.Namespace, of.ServiceAccount),
            new TokenRequestSpec
            {
                Audiences = [audience],
                ExpirationSeconds = Seconds,
                BoundObjectRef = source.OfPod ? new BoundObjectReference { ApiVersion = "v1", Kind = "Pod", Name = of.PodName, Uid = of.PodUid } : null,
            },
            cancellationToken)
            ?? throw new SecretsException(
                FailureReason.ServiceAccountNotFound,
                $"ServiceAccount {of.Namespace}/{of.ServiceAccount}",
                source.OfPod ? $"it, or the pod {of.PodRef} that the token is for, does not exist any more" : "it does not exist",
                "");
        return new PodToken(SecretBytes.FromText(made.Token), made.ExpirationTimestamp ?? time.GetUtcNow().AddSeconds(Seconds));
    }

    private void Sweep()
    {
        foreach (((string, string) key, Held one) in held)
        {
            if (LeftOf(one) <= TimeSpan.Zero && held.TryRemove(KeyValuePair.Create(key, one)))
            {
                one.Token.Value.Dispose();
            }
        }
    }

    /// <param name="Token">As it was made.</param>
    /// <param name="Asked">The clock's timestamp of before.</param>
    private sealed record Held(PodToken Token, long Asked);
}
