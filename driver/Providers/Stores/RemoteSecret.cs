namespace CsiSecrets.Providers.Stores;

/// <summary>A remote value as a manifest names it.</summary>
/// <param name="Key">Name, ARN or path.</param>
/// <param name="Version">Empty for the current one.</param>
/// <param name="Metadata">True: its tags (labels), as a JSON object, in place of the value.</param>
internal sealed record RemoteSecret(string Key, string Version, bool Metadata);
