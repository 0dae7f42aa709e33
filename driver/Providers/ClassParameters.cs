namespace CsiSecrets.Providers;

/// <summary>What a provider reads of a SecretProviderClass: its parameters, with the volume's own attributes laid over them as the peer
/// does, cleared of every key that only the kubelet may set.</summary>
/// <param name="ClassRef"><c>namespace/name</c>, for messages.</param>
/// <param name="Values">Parameter name to text.</param>
internal sealed record ClassParameters(string ClassRef, IReadOnlyDictionary<string, string> Values);
