using CsiSecrets.Model;

namespace CsiSecrets.Providers;

/// <summary>One read to do.</summary>
/// <param name="Request">What.</param>
/// <param name="KnownVersion">The version whose value the caller has already: when it is still current the answer may be
/// <see cref="FetchResult.Unchanged"/>. Null when a value is needed.</param>
internal sealed record FetchItem(SecretRequest Request, string? KnownVersion);
