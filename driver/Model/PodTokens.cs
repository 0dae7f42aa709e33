using System.Collections.Frozen;

namespace CsiSecrets.Model;

/// <summary>The ServiceAccount tokens that the kubelet handed over for one pod, by audience. Held in memory only.</summary>
internal sealed class PodTokens : IDisposable
{
    public static readonly PodTokens None = new(FrozenDictionary<string, PodToken>.Empty);

    private readonly FrozenDictionary<string, PodToken> byAudience;

    public PodTokens(IEnumerable<KeyValuePair<string, PodToken>> byAudience) =>
        this.byAudience = byAudience.ToFrozenDictionary(StringComparer.Ordinal);

    public IEnumerable<string> Audiences => byAudience.Keys;

    /// <summary>The earliest expiry of all tokens; <see cref="DateTimeOffset.MaxValue"/> if there is none.</summary>
    public DateTimeOffset Expires => byAudience.Count == 0 ? DateTimeOffset.MaxValue : byAudience.Values.Min(t => t.Expires);

    public PodToken? Find(string audience) => byAudience.GetValueOrDefault(audience);

    public void Dispose()
    {
        foreach (PodToken token in byAudience.Values)
        {
            token.Value.Dispose();
        }
    }

    public override string ToString() => $"(redacted, {byAudience.Count} audiences)";
}

/// <summary>One token with its expiry (UTC).</summary>
internal sealed class PodToken(SecretBytes value, DateTimeOffset expires)
{
    public SecretBytes Value { get; } = value;

    public DateTimeOffset Expires { get; } = expires;

    public override string ToString() => "(redacted)";
}
