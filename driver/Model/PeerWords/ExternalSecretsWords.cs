namespace CsiSecrets.Model.PeerWords;

/// <summary>The conditions, reasons and sentences of External Secrets Operator that its users watch and alert on. Ours go on with
/// <c>: object: cause: remedy</c>.</summary>
internal static class ExternalSecretsWords
{
    public const string Ready = "Ready";

    public const string SecretSynced = "SecretSynced";
    public const string SecretSyncedError = "SecretSyncedError";
    public const string SecretDeleted = "SecretDeleted";
    public const string SecretMissing = "SecretMissing";

    /// <summary>Of targets that are no Secrets.</summary>
    public const string ResourceSynced = "ResourceSynced";
    public const string ResourceSyncedError = "ResourceSyncedError";
    public const string ResourceDeleted = "ResourceDeleted";
    public const string ResourceMissing = "ResourceMissing";
    public const string ResourceNotCreated = "resource will not be created due to CreationPolicy=Merge";
    public const string InvalidTarget = "invalid generic target";
    public const string NoResource = "could not get target resource";
    public const string NoManifest = "could not apply template to manifest";

    public const string Synced = "secret synced";
    public const string Retained = "secret retained due to DeletionPolicy=Retain";
    public const string Deleted = "secret deleted due to DeletionPolicy=Delete";
    public const string NotCreated = "secret will not be created due to CreationPolicy=Merge";

    /// <summary>Ours: an ExternalSecret that only volumes use.</summary>
    public const string UsedByVolumes = "used by volumes";

    public const string EventCreated = "Created";
    public const string EventUpdated = "Updated";
    public const string EventDeleted = "Deleted";
    public const string EventMissing = "MissingProviderSecret";
    public const string EventFailed = "UpdateFailed";

    public const string StoreValid = "Valid";
    public const string StoreInvalid = "InvalidProviderConfig";
    public const string StoreUnknown = "ValidationUnknown";
    public const string StoreValidated = "store validated";
    public const string StoreNotDetermined = "could not determine validation status";
    public const string NoClient = "unable to create client";
    public const string NotValidated = "unable to validate store";

    public const string SomeNamespacesFailed = "one or more namespaces failed";
    public const string AlreadyExists = "external secret already exists in namespace";

    /// <summary>The sentence of a sync that failed.</summary>
    public static string Sentence(FailureReason reason, bool whileWriting) => reason switch
    {
        FailureReason.TargetImmutable => "could not update secret, target is immutable",
        FailureReason.TargetOwned => "failed to take ownership of target secret",
        FailureReason.TemplateInvalid or FailureReason.TemplateFailed => "could not update secret",
        _ => whileWriting ? "could not update secret" : "could not get secret data from provider",
    };

    public static string StoreNotReady(string kind, string name) => $"{kind} \"{name}\" is not ready";
}
