using CsiSecrets.Model;

namespace CsiSecrets.Providers;

/// <summary>Who asks, and with what: all that a provider may use to obtain credentials. Never logged.</summary>
internal sealed class AccessRequest
{
    public required PodIdentity Pod { get; init; }

    /// <summary>Tokens that the kubelet handed over; empty in the local mode.</summary>
    public required PodTokens Tokens { get; init; }

    /// <summary>The keys of the Secret that <c>nodePublishSecretRef</c> names.</summary>
    public required IReadOnlyDictionary<string, SecretBytes> NodePublishSecrets { get; init; }

    /// <summary>The longest that facts about the identity (the ServiceAccount's annotations) may be held without asking again.</summary>
    public required TimeSpan IdentityMaxAge { get; init; }

    public override string ToString() => $"access for {Pod.PodRef}";
}
