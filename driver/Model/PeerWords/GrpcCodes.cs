namespace CsiSecrets.Model.PeerWords;

/// <summary>The canonical gRPC code (by number) of each failure, as the CSI specification and the kubelet read it.</summary>
internal static class GrpcCodes
{
    public const int Cancelled = 1;
    public const int InvalidArgument = 3;
    public const int DeadlineExceeded = 4;
    public const int NotFound = 5;
    public const int PermissionDenied = 7;
    public const int ResourceExhausted = 8;
    public const int FailedPrecondition = 9;
    public const int Aborted = 10;
    public const int Internal = 13;
    public const int Unavailable = 14;
    public const int Unauthenticated = 16;

    public static int Of(FailureReason reason) => reason switch
    {
        FailureReason.InvalidRequest or FailureReason.ClassInvalid or FailureReason.ValueInvalid or FailureReason.FileConflict
            or FailureReason.TemplateInvalid or FailureReason.TemplateFailed or FailureReason.ExternalSecretInvalid
            or FailureReason.StoreInvalid => InvalidArgument,
        FailureReason.VolumeNotFound or FailureReason.ClassNotFound or FailureReason.SecretNotFound or FailureReason.ExternalSecretNotFound
            or FailureReason.StoreNotFound => NotFound,
        FailureReason.NotReady or FailureReason.ProviderUnavailable or FailureReason.Throttled
            or FailureReason.KubernetesUnavailable => Unavailable,
        FailureReason.VolumeTooLarge or FailureReason.NodeBudgetExceeded => ResourceExhausted,
        FailureReason.Broken or FailureReason.VolumeConflict or FailureReason.ProviderNotFound or FailureReason.PodInfoMissing or FailureReason.TokenMissing or FailureReason.RoleMissing
            or FailureReason.ServiceAccountNotFound or FailureReason.RegionMissing
            or FailureReason.NodePublishSecretMissing or FailureReason.StoreNotReady or FailureReason.ReferenceMissing or FailureReason.Unsupported
            or FailureReason.TargetOwned or FailureReason.TargetTaken or FailureReason.TargetImmutable => FailedPrecondition,
        FailureReason.TokenInvalid or FailureReason.Unauthenticated => Unauthenticated,
        FailureReason.AccessDenied or FailureReason.KubernetesDenied or FailureReason.NodeCredentialsRefused
            or FailureReason.StoreForbidden => PermissionDenied,
        FailureReason.ProviderTimeout => DeadlineExceeded,
        FailureReason.KubernetesConflict => Aborted,
        FailureReason.Cancelled => Cancelled,
        FailureReason.Internal or FailureReason.MountPointUnusable or FailureReason.MountFailed or FailureReason.UnmountFailed
            or FailureReason.FileWriteFailed or FailureReason.ProviderError or FailureReason.KubernetesInvalid => Internal,
        _ => Internal,
    };
}
