using System.Collections.Frozen;
using CsiSecrets.Model;

namespace CsiSecrets.Providers;

/// <summary>The providers of this process, by the name that <c>spec.provider</c> uses. Registered explicitly: no scanning.</summary>
internal sealed class ProviderCatalog(IEnumerable<ISecretProvider> providers)
{
    private readonly FrozenDictionary<string, ISecretProvider> byName = providers.ToFrozenDictionary(p => p.Name, StringComparer.Ordinal);

    public ISecretProvider Get(string name, string classRef) => byName.TryGetValue(name, out ISecretProvider? provider)
        ? provider
        : throw new SecretsException(
            FailureReason.ProviderNotFound,
            $"SecretProviderClass {classRef}: spec.provider",
            $"provider not found: provider \"{name}\"",
            $"this driver has {string.Join(", ", byName.Keys.Order(StringComparer.Ordinal))}");
}
