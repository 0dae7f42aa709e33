namespace CsiSecrets.Model;

/// <summary>What a provider answered for one <see cref="SecretRequest"/>. Absence is a value, a failure too, so that one object's
/// failure never hides another's answer.</summary>
internal abstract record FetchResult
{
    private FetchResult()
    {
    }

    /// <summary>The value, and the provider's id of the version that it is. The receiver owns (and disposes) the bytes.</summary>
    public sealed record Value(string Version, SecretBytes Content) : FetchResult;

    /// <summary>The version that the caller knows is still the current one; nothing was read.</summary>
    public sealed record Unchanged(string Version) : FetchResult;

    /// <summary>The provider says that there is no such object or version (never: access denied, throttled, unreachable).</summary>
    public sealed record Missing(SecretsException Why) : FetchResult;

    /// <summary>The read failed.</summary>
    public sealed record Failed(SecretsException Why) : FetchResult;
}
