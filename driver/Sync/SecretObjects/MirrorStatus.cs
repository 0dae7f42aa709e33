using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Sync.SecretObjects;

/// <summary>The class's status while it is made: an entry is another only where something of it is.</summary>
internal sealed class MirrorStatus(SecretProviderClass manifest, TimeProvider time)
{
    private const int LongestError = 1024;

    private readonly List<SecretObjectStatus> entries = [];

    /// <summary>What the status says of the Secret now.</summary>
    public SecretObjectStatus? Before(string secretName) => manifest.Status?.SecretObjects.FirstOrDefault(o => o.SecretName == secretName);

    public bool Has(string secretName) => entries.Any(e => e.SecretName == secretName);

    /// <summary>The Secret is what the class asks for.</summary>
    /// <param name="secretName">Its name.</param>
    /// <param name="hash">Of its content where that was just written; null where nothing was.</param>
    public void Good(string secretName, string? hash)
    {
        SecretObjectStatus before = Before(secretName) ?? new SecretObjectStatus { SecretName = secretName };
        entries.Add(hash is null ? before with { Error = null } : before with { Hash = hash, Time = time.GetUtcNow(), Error = null });
    }

    public void Bad(string secretName, string error)
    {
        SecretObjectStatus before = Before(secretName) ?? new SecretObjectStatus { SecretName = secretName };
        entries.Add(before with { Error = error.Length > LongestError ? error[..LongestError] : error });
    }

    /// <summary>As it was.</summary>
    public void Keep(SecretObjectStatus entry) => entries.Add(entry);

    /// <summary>Null where the status that is there says the same.</summary>
    public SecretProviderClassStatus? Changed()
    {
        IReadOnlyList<SecretObjectStatus> before = manifest.Status?.SecretObjects ?? [];
        bool same = before.SequenceEqual(entries) && (entries.Count == 0 || manifest.Status?.ObservedGeneration == manifest.Metadata.Generation);
        return same ? null : new SecretProviderClassStatus { ObservedGeneration = manifest.Metadata.Generation, SecretObjects = [.. entries] };
    }
}
