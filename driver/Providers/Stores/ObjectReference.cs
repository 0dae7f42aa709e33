using CsiSecrets.Model;

namespace CsiSecrets.Providers.Stores;

/// <summary>A Secret, ConfigMap or ServiceAccount that a store's settings refer to.</summary>
/// <param name="Path">The field, for messages.</param>
/// <param name="Namespace">The store's own; for a ClusterSecretStore as written, null for the caller's.</param>
/// <param name="Name">The object's name.</param>
/// <param name="Key">The key within it; empty for a ServiceAccount.</param>
internal sealed record ObjectReference(string Path, string? Namespace, string Name, string Key)
{
    /// <summary>Where to look for a caller; null while no caller is known, which is when a ClusterSecretStore is validated.</summary>
    public string? NamespaceFor(StoreCaller caller) => Namespace ?? (caller.Namespace.Length > 0 ? caller.Namespace : null);

    public static ObjectReference? Read(StoreFields parent, string field, StoreIdentity store, bool hasKey = true)
    {
        if (parent.Object(field) is not { } fields)
        {
            return null;
        }

        string? ns = fields.Text("namespace");
        if (!store.IsClusterWide && ns is not null && ns != store.Namespace)
        {
            fields.Error("namespace", $"must be empty or {store.Namespace}: only a ClusterSecretStore may refer to another namespace");
        }

        return new ObjectReference(
            fields.Path, store.IsClusterWide ? ns : store.Namespace, fields.Required("name"), hasKey ? fields.Required("key") : "");
    }

    public SecretsException Missing(string storeRef, string kind, string ns) => new(
        FailureReason.ReferenceMissing,
        $"{storeRef}: {Path}: {kind} {ns}/{Name}",
        Key.Length == 0 ? "it does not exist" : $"it does not exist, or has no key {Key}",
        "create it, or correct the reference");
}
