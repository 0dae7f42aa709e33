namespace CsiSecrets.Providers.Fake;

/// <summary>One value that a store's manifest holds.</summary>
internal sealed class FakeEntry(string key, string version, string value)
{
    public string Key { get; } = key;

    /// <summary>Empty where the manifest gives none.</summary>
    public string Version { get; } = version;

    public string Value { get; } = value;

    public override string ToString() => $"{Key} (redacted)";
}
