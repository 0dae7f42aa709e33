namespace CsiSecrets.Providers.Aws.Stores;

/// <summary>A ClusterSecretStore whose references stand for the caller's namespace, while there is no caller: nothing can be read, and
/// nothing validated.</summary>
internal sealed class UnresolvedAccess : ProviderAccess;
