using System.Text.Json;

namespace CsiSecrets.Providers.Stores;

/// <summary>What a provider reads of a store's manifest.</summary>
internal sealed record StoreSource
{
    public required StoreIdentity Identity { get; init; }

    /// <summary>The content of the one member of <c>spec.provider</c>.</summary>
    public required JsonElement Settings { get; init; }

    /// <summary><c>spec.retrySettings.maxRetries</c>; null where the block or the field is absent.</summary>
    public int? MaxRetries { get; init; }

    /// <summary><c>spec.retrySettings.retryInterval</c>.</summary>
    public TimeSpan? RetryInterval { get; init; }
}

/// <summary>Which store: <see cref="Namespace"/> is empty for a ClusterSecretStore.</summary>
internal sealed record StoreIdentity(string Namespace, string Name, string Uid)
{
    public bool IsClusterWide => Namespace.Length == 0;

    public override string ToString() => IsClusterWide ? $"ClusterSecretStore {Name}" : $"SecretStore {Namespace}/{Name}";
}
