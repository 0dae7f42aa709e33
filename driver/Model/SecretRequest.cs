namespace CsiSecrets.Model;

/// <summary>
/// One thing to read at a provider. Providers derive their own record from it; what is common is what caching and the refresh clock need.
/// </summary>
internal abstract record SecretRequest
{
    /// <summary>As the manifest names it, for messages.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// Identifies object and version selector (service, region, name, version, stage) within one <c>ProviderAccess</c>: two requests with
    /// the same key and the same access read the same value.
    /// </summary>
    public required string ObjectKey { get; init; }

    /// <summary>True absence at the provider is no failure: the object's files are left out.</summary>
    public bool Optional { get; init; }
}
