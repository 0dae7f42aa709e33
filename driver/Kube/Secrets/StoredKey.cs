using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Kube.Secrets;

/// <summary>A key of hashes that outlives the process, in a Secret. Made where there is none yet: created, never replaced, so that no two
/// processes have two.</summary>
internal sealed class StoredKey(IKubeApi api, ObjectKey name)
{
    private const int KeyBytes = 32;

    /// <summary>The receiver owns the key.</summary>
    public async Task<SecretBytes> LoadAsync(CancellationToken cancellationToken)
    {
        using KeySecret secret = await FindAsync(cancellationToken) ?? await MakeAsync(cancellationToken);
        return secret.Material is { Span.Length: >= KeyBytes } key
            ? key.Share()
            : throw new SecretsException(
                FailureReason.KubernetesInvalid,
                $"Secret {name}",
                $"it has no key of {KeyBytes} bytes",
                "delete it: another is made, and what was hashed with a former one is hashed anew");
    }

    private Task<KeySecret?> FindAsync(CancellationToken cancellationToken) => api.GetAsync(SecretTypes.Keys, name, cancellationToken);

    private async Task<KeySecret> MakeAsync(CancellationToken cancellationToken)
    {
        using KeySecret made = KeySecret.New(name, KeyBytes);
        try
        {
            return await api.CreateAsync(SecretTypes.Keys, made, cancellationToken);
        }
        catch (SecretsException e) when (e.Reason == FailureReason.KubernetesConflict)
        {
            return await FindAsync(cancellationToken)
                ?? throw new SecretsException(FailureReason.KubernetesConflict, $"Secret {name}", "it came and went while it was made", "");
        }
    }
}
