using CsiSecrets.Model;

namespace CsiSecrets.Resolution;

/// <summary>What one consumer wants of one object.</summary>
/// <param name="Request">What.</param>
/// <param name="KnownVersion">The version whose files the consumer has; null when it needs the value whatever the version.</param>
/// <param name="MaxAge">How old an answer may be.</param>
internal sealed record Want(SecretRequest Request, string? KnownVersion, TimeSpan MaxAge);
