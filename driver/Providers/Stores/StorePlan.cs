namespace CsiSecrets.Providers.Stores;

/// <summary>A store as its provider understands it: settings checked. Pure data; providers derive their own record.</summary>
internal abstract record StorePlan
{
    /// <summary><c>SecretStore ns/name</c> or <c>ClusterSecretStore name</c>, for messages.</summary>
    public required string StoreRef { get; init; }

    /// <summary>Whether a failed validation says nothing of whether the store works.</summary>
    public virtual bool IsValidationUnknown => false;
}
