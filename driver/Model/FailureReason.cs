namespace CsiSecrets.Model;

/// <summary>The closed vocabulary of every failure. Each peer's words and the gRPC code follow from it by one pure table each.</summary>
internal enum FailureReason
{
    /// <summary>A defect of ours or an unexpected exception.</summary>
    Internal,

    /// <summary>The process cannot work any more; a restart cures it.</summary>
    Broken,

    /// <summary>A field of the CSI request is missing or malformed.</summary>
    InvalidRequest,

    /// <summary>The volume is published already at another target.</summary>
    VolumeConflict,

    /// <summary>No volume of that id or path is known here.</summary>
    VolumeNotFound,

    /// <summary>The process is still starting or is shutting down.</summary>
    NotReady,

    /// <summary>The target path cannot be made, read or trusted.</summary>
    MountPointUnusable,

    /// <summary>mount(2) failed.</summary>
    MountFailed,

    /// <summary>umount(2) or the removal of the target failed.</summary>
    UnmountFailed,

    /// <summary>The content is larger than a volume may be.</summary>
    VolumeTooLarge,

    /// <summary>The node's sum of volumes would exceed its bound.</summary>
    NodeBudgetExceeded,

    /// <summary>A file could not be written.</summary>
    FileWriteFailed,

    /// <summary>A file's path is unsafe, or two objects claim the same path.</summary>
    FileConflict,

    /// <summary>The SecretProviderClass does not exist in the pod's namespace.</summary>
    ClassNotFound,

    /// <summary>The SecretProviderClass has wrong or missing fields.</summary>
    ClassInvalid,

    /// <summary>No provider of that name is built in or enabled.</summary>
    ProviderNotFound,

    /// <summary>The kubelet sent no pod info: the CSIDriver lacks podInfoOnMount.</summary>
    PodInfoMissing,

    /// <summary>The kubelet sent no ServiceAccount token for the audience.</summary>
    TokenMissing,

    /// <summary>The token's claims do not agree with the pod, or it expired.</summary>
    TokenInvalid,

    /// <summary>The ServiceAccount is not associated with an IAM role.</summary>
    RoleMissing,

    /// <summary>The ServiceAccount does not exist.</summary>
    ServiceAccountNotFound,

    /// <summary>No region could be resolved.</summary>
    RegionMissing,

    /// <summary>nodePublishSecretRef lacks a key that the settings ask for.</summary>
    NodePublishSecretMissing,

    /// <summary>The driver's own credentials were asked for and are not allowed.</summary>
    NodeCredentialsRefused,

    /// <summary>The provider refused: the identity lacks a permission.</summary>
    AccessDenied,

    /// <summary>The provider did not accept the credentials.</summary>
    Unauthenticated,

    /// <summary>The secret, parameter or version does not exist at the provider.</summary>
    SecretNotFound,

    /// <summary>The value is not of the shape that the manifest asks for.</summary>
    ValueInvalid,

    /// <summary>The provider throttles.</summary>
    Throttled,

    /// <summary>The provider cannot be reached, or answers with a server error.</summary>
    ProviderUnavailable,

    /// <summary>The provider did not answer in time.</summary>
    ProviderTimeout,

    /// <summary>Any other refusal of the provider.</summary>
    ProviderError,

    /// <summary>A template does not parse.</summary>
    TemplateInvalid,

    /// <summary>A template failed while it was rendered.</summary>
    TemplateFailed,

    /// <summary>The API server cannot be reached, or answers with a server error.</summary>
    KubernetesUnavailable,

    /// <summary>The API server refused: our ServiceAccount lacks a permission.</summary>
    KubernetesDenied,

    /// <summary>The object was changed by somebody else meanwhile.</summary>
    KubernetesConflict,

    /// <summary>The API server refused the object as invalid.</summary>
    KubernetesInvalid,

    /// <summary>The ExternalSecret has wrong or missing fields.</summary>
    ExternalSecretInvalid,

    /// <summary>The ExternalSecret does not exist in the pod's namespace.</summary>
    ExternalSecretNotFound,

    /// <summary>The SecretStore or ClusterSecretStore does not exist.</summary>
    StoreNotFound,

    /// <summary>The store has wrong or missing fields, or names a provider that this version does not have.</summary>
    StoreInvalid,

    /// <summary>The store is known to be unusable now.</summary>
    StoreNotReady,

    /// <summary>The store's conditions exclude this namespace.</summary>
    StoreForbidden,

    /// <summary>A Secret, ConfigMap or key that a manifest refers to does not exist in the cluster.</summary>
    ReferenceMissing,

    /// <summary>The manifest uses something that this version, or this part of it, does not do.</summary>
    Unsupported,

    /// <summary>Another controller owns the target.</summary>
    TargetOwned,

    /// <summary>Another ExternalSecret owns the target.</summary>
    TargetTaken,

    /// <summary>The target is immutable, or its type cannot be changed in place.</summary>
    TargetImmutable,

    /// <summary>The caller went away, or its deadline passed.</summary>
    Cancelled,
}
