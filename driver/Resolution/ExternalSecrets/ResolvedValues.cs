using CsiSecrets.Model;

namespace CsiSecrets.Resolution.ExternalSecrets;

/// <summary>What the entries of an ExternalSecret give now.</summary>
internal sealed class ResolvedValues : IDisposable
{
    /// <summary>Null where all that was applied before is still current. Owned by this object.</summary>
    public SecretSet? Values { get; init; }

    /// <summary>Entries that the provider says do not exist; never one that it refused or could not answer.</summary>
    public required IReadOnlyList<MissingEntry> Missing { get; init; }

    /// <summary>The version of each object that was read; null for one that does not exist. To be handed in at the next refresh.</summary>
    public required IReadOnlyDictionary<FetchKey, string?> Applied { get; init; }

    /// <summary>Nothing changed since the versions that were handed in: no value was read.</summary>
    public bool Unchanged => Values is null;

    public void Dispose() => Values?.Dispose();

    public override string ToString() => Unchanged ? "(unchanged)" : Values!.ToString();
}

/// <summary>An entry without a value at the provider.</summary>
/// <param name="Path">Its place in the manifest, e.g. <c>spec.data[0]</c>.</param>
/// <param name="RemoteKey">The key that it asked for.</param>
/// <param name="SecretKey">The key of the target that it would give; null for one that gives many.</param>
internal sealed record MissingEntry(string Path, string RemoteKey, string? SecretKey);
