using CsiSecrets.Kube;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Reload.Decisions;

namespace CsiSecrets.Reload;

/// <summary>Reads the key of the hashes, or makes it where there is none yet: created, never replaced, so that no two processes have two.</summary>
internal sealed class RecordKeys(IKubeApi api, ObjectKey name)
{
    private const int KeyBytes = 32;

    public async Task<RecordKey> LoadAsync(CancellationToken cancellationToken)
    {
        using KeySecret secret = await FindAsync(cancellationToken) ?? await MakeAsync(cancellationToken);
        return secret.Material is { Span.Length: >= KeyBytes } key
            ? new RecordKey(key.Share())
            : throw new SecretsException(
                FailureReason.KubernetesInvalid,
                $"Secret {name}",
                $"it has no key of {KeyBytes} bytes",
                "delete it: another is made, and every workload begins with a new baseline");
    }

    private Task<KeySecret?> FindAsync(CancellationToken cancellationToken) => api.GetAsync(ReloadTypes.Keys, name, cancellationToken);

    private async Task<KeySecret> MakeAsync(CancellationToken cancellationToken)
    {
        using KeySecret made = KeySecret.New(name, KeyBytes);
        try
        {
            return await api.CreateAsync(ReloadTypes.Keys, made, cancellationToken);
        }
        catch (SecretsException e) when (e.Reason == FailureReason.KubernetesConflict)
        {
            return await FindAsync(cancellationToken)
                ?? throw new SecretsException(FailureReason.KubernetesConflict, $"Secret {name}", "it came and went while it was made", "");
        }
    }
}
