namespace CsiSecrets.Reload.Sources;

/// <summary>What a workload may follow.</summary>
internal enum SourceKind
{
    ConfigMap,
    Secret,

    /// <summary>A mounted class, or a mounted ExternalSecret under the name <c>es-NAME</c>: seen by the pod statuses.</summary>
    SecretProviderClass,
}
