namespace CsiSecrets.Model.PeerWords;

/// <summary>The words of secrets-store-csi-driver that its users grep and alert on.</summary>
internal static class CsiDriverWords
{
    public const string RotationCompleted = "MountRotationComplete";
    public const string RotationFailed = "MountRotationFailed";

    /// <summary>What an unpublish says that could not take the mount away.</summary>
    public const string UnmountSentence = "failed to clean and unmount target path, err: ";

    /// <summary>The label <c>error_type</c> of <c>node_publish_error_total</c> and <c>rotation_reconcile_error_total</c>.</summary>
    public static string ErrorType(FailureReason reason) => reason switch
    {
        FailureReason.MountPointUnusable => "FailedToEnsureMountPoint",
        FailureReason.MountFailed or FailureReason.VolumeTooLarge or FailureReason.NodeBudgetExceeded => "FailedToMount",
        FailureReason.ClassNotFound or FailureReason.ExternalSecretNotFound => "SecretProviderClassNotFound",
        FailureReason.ProviderNotFound => "FailedToLookupProviderGRPCClient",
        FailureReason.FileWriteFailed or FailureReason.FileConflict => "FileWriteError",
        FailureReason.NodePublishSecretMissing => "NodePublishSecretRefNotFound",
        FailureReason.ProviderUnavailable or FailureReason.ProviderTimeout => "GRPCProviderError",
        FailureReason.AccessDenied or FailureReason.Unauthenticated or FailureReason.SecretNotFound or FailureReason.ValueInvalid
            or FailureReason.Throttled or FailureReason.ProviderError or FailureReason.TokenMissing or FailureReason.TokenInvalid
            or FailureReason.RoleMissing or FailureReason.ServiceAccountNotFound or FailureReason.RegionMissing
            or FailureReason.NodeCredentialsRefused or FailureReason.TemplateInvalid or FailureReason.TemplateFailed => "ProviderError",
        _ => reason.ToString(),
    };

    /// <summary>The sentence that the peer's message begins with. Ours goes on with <c>object: cause: remedy</c>.</summary>
    public static string Sentence(FailureReason reason, string podRef, string classRef) => reason switch
    {
        FailureReason.InvalidRequest or FailureReason.VolumeConflict or FailureReason.VolumeNotFound or FailureReason.NotReady
            or FailureReason.PodInfoMissing or FailureReason.Broken => "",
        FailureReason.ClassNotFound => $"failed to get secretproviderclass {classRef}, error: ",
        _ => $"failed to mount secrets store objects for pod {podRef}, err: ",
    };
}
