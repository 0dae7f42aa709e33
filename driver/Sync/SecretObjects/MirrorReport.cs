using CsiSecrets.Kube;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Sync.SecretObjects;

/// <summary>Collects what one look at a class has to say.</summary>
internal sealed class MirrorReport(SecretProviderClass manifest, TimeProvider time)
{
    /// <summary>The peer's reason.</summary>
    public const string FailedToCreate = "FailedToCreateSecret";

    public const string NotEnabled = "SecretObjectsNotEnabled";
    public const string OutOfReach = "ProviderOutOfReach";
    public const string Shared = "SharedByServiceAccounts";
    public const string PeerWrites = "PeerStillWrites";

    private readonly List<SyncEvent> events = [];
    private MirrorSource? source;

    public MirrorStatus Status { get; } = new(manifest, time);

    /// <summary>Something is not as it should be.</summary>
    public bool IsBad { get; private set; }

    /// <summary>In whose name the class is read.</summary>
    public MirrorSource? Source
    {
        get => source;
        set
        {
            source = value;
            if (value?.OtherAccounts is { Count: > 0 } others)
            {
                Say(Shared, $"pods of several ServiceAccounts share the Secrets of this class: they hold what ServiceAccount {value.Identity.ServiceAccount} of the oldest pod, {value.Identity.PodRef}, may read, until that pod is gone; the others are {string.Join(", ", others)}", warning: false);
            }
        }
    }

    public void Written(string secret, SecretObjectWritten written)
    {
        if (!written.PeerIsAtWork)
        {
            // Also where the process that wrote this content died before it could say so.
            bool isNews = written.Changed || Status.Before(secret) is not { Hash.Length: > 0 } before || (written.HashIsKept && before.Hash != written.Hash);
            Status.Good(secret, isNews ? written.Hash : null);
            return;
        }

        IsBad = true;
        string message = $"Secret {manifest.Metadata.Namespace}/{secret}: secrets-store-csi-driver still writes it: it is left to that driver until 10 minutes have passed without a write; remove that driver, or its right to Secrets";
        Status.Bad(secret, message);
        Say(PeerWrites, message, warning: true);
    }

    public void Failed(string secret, SecretsException why)
    {
        IsBad = true;
        Status.Bad(secret, why.Message);
        Say(FailedToCreate, $"failed to create Kubernetes secret {secret}: {why.Message}", warning: true);
    }

    /// <summary>None of the class's Secrets can be made now. Those that are there stay as they are.</summary>
    public void AllFailed(SecretsException why)
    {
        IsBad = true;
        foreach (string secret in manifest.Spec.SecretObjects.Select(static o => o.SecretName.Trim()).Where(static n => n.Length > 0).Distinct(StringComparer.Ordinal))
        {
            if (!Status.Has(secret))
            {
                Status.Bad(secret, why.Message);
            }
        }

        bool plugin = why.Reason == FailureReason.ProviderNotFound;
        Say(
            plugin ? OutOfReach : why.Subject == $"namespace {manifest.Metadata.Namespace}" ? NotEnabled : FailedToCreate,
            plugin ? $"spec.secretObjects: {why.Message}; provider plugins live on nodes, out of the controller's reach: Secrets can be made from built-in providers only" : why.Message,
            warning: true);
    }

    public MirrorLook End(MirrorRecord? record, TimeSpan? again) => new()
    {
        Status = Status.Changed(),
        Events = events,
        Record = record,
        Again = again,
        Failed = IsBad,
    };

    private void Say(string reason, string message, bool warning) =>
        events.Add(new SyncEvent(SyncEvent.Of(manifest, $"{ResourceTypes.SecretsStoreGroup}/v1", "SecretProviderClass"), reason, message, warning));
}
