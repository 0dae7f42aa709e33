namespace CsiSecrets.Providers.Fake;

/// <summary>The content of one store as its manifest has it now.</summary>
internal sealed class FakeAccess(IReadOnlyList<FakeEntry> data) : ProviderAccess
{
    /// <summary>The last one counts where a key and version occur twice.</summary>
    public FakeEntry? Find(string key, string version) => data.LastOrDefault(e => e.Key == key && e.Version == version);

    /// <summary>Of each key the entry whose version is the greatest as text.</summary>
    public IEnumerable<FakeEntry> Latest() => data.GroupBy(e => e.Key, StringComparer.Ordinal)
        .Select(g => g.MaxBy(e => e.Version, StringComparer.Ordinal)!).OrderBy(e => e.Key, StringComparer.Ordinal);
}
