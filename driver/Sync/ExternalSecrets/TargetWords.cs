using CsiSecrets.Model.PeerWords;
using CsiSecrets.Resolution.ExternalSecrets;

namespace CsiSecrets.Sync.ExternalSecrets;

/// <summary>The peer's words for a target: those for Secrets, and those for objects of other kinds. Pure.</summary>
internal sealed record TargetWords
{
    private static readonly TargetWords Secret = new()
    {
        Kind = "Secret",
        Synced = ExternalSecretsWords.SecretSynced,
        Error = ExternalSecretsWords.SecretSyncedError,
        Deleted = ExternalSecretsWords.SecretDeleted,
        Missing = ExternalSecretsWords.SecretMissing,
        NotCreated = ExternalSecretsWords.NotCreated,
        CreatedEvent = "secret created",
        UpdatedEvent = "secret updated",
        DeletedEvent = ExternalSecretsWords.Deleted,
        OrphanedEvent = "secret deleted because it was orphaned",
    };

    public required string Kind { get; init; }

    public required string Synced { get; init; }

    public required string Error { get; init; }

    public required string Deleted { get; init; }

    public required string Missing { get; init; }

    public required string NotCreated { get; init; }

    public required string CreatedEvent { get; init; }

    public required string UpdatedEvent { get; init; }

    public required string DeletedEvent { get; init; }

    public required string OrphanedEvent { get; init; }

    public static TargetWords Of(ExternalSecretPlan? plan) => plan?.Target.Manifest is not { } manifest ? Secret : new TargetWords
    {
        Kind = manifest.Kind,
        Synced = ExternalSecretsWords.ResourceSynced,
        Error = ExternalSecretsWords.ResourceSyncedError,
        Deleted = ExternalSecretsWords.ResourceDeleted,
        Missing = ExternalSecretsWords.ResourceMissing,
        NotCreated = ExternalSecretsWords.ResourceNotCreated,
        CreatedEvent = $"Created {manifest.Kind} {plan.Target.Name}",
        UpdatedEvent = $"Updated {manifest.Kind} {plan.Target.Name}",
        DeletedEvent = $"Deleted {manifest.Kind} {plan.Target.Name}",
        OrphanedEvent = "Deleted what this ExternalSecret had made under another name or kind",
    };
}
