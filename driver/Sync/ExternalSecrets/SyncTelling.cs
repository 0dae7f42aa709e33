using CsiSecrets.Kube;
using CsiSecrets.Mirroring;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests.ExternalSecrets;
using CsiSecrets.Model.PeerWords;
using CsiSecrets.Resolution.ExternalSecrets;

namespace CsiSecrets.Sync.ExternalSecrets;

/// <summary>What is said of a sync: conditions and events, in the peer's words. Pure.</summary>
internal static class SyncTelling
{
    private const int MostNames = 5;

    public static SyncEvent Event(ExternalSecret about, string reason, string message, bool warning = false) =>
        new(SyncEvent.Of(about, $"{ResourceTypes.ExternalSecretsGroup}/v1", "ExternalSecret"), reason, message, warning);

    /// <summary>The events of a target; none where nothing was written.</summary>
    public static IEnumerable<SyncEvent> Of(ExternalSecret manifest, TargetWords words, MirrorResult result)
    {
        switch (result.Outcome)
        {
            case MirrorOutcome.Created:
                yield return Event(manifest, ExternalSecretsWords.EventCreated, words.CreatedEvent);
                break;
            case MirrorOutcome.Updated:
                yield return Event(manifest, ExternalSecretsWords.EventUpdated, words.UpdatedEvent);
                break;
            case MirrorOutcome.Adopted:
                string replaced = result.Object is not null ? "its fields are the ExternalSecret's now" : result.Replaced.Count + result.Removed.Count == 0 ? "none of its keys changed" : $"it replaces {Names([.. result.Replaced, .. result.Removed])}";
                yield return Event(manifest, ExternalSecretsWords.EventUpdated, $"{words.UpdatedEvent}: it was there and nobody controlled it: {replaced}");
                break;
        }

        if (result.Contested.Count > 0)
        {
            yield return Event(
                manifest, ExternalSecretsWords.EventFailed, $"another ExternalSecret set {Names(result.Contested)} to another value: let only one have each key", warning: true);
        }
    }

    public static IEnumerable<SyncEvent> Of(ExternalSecret manifest, IReadOnlyList<MissingEntry> missing) => missing.Select(m => Event(
        manifest, ExternalSecretsWords.EventMissing, OneLine.Of($"secret does not exist at provider using {m.Path} (key={m.RemoteKey})")));

    /// <summary>Reason and message of a failure; the message begins with the peer's sentence.</summary>
    public static (string Reason, string Message) Of(ExternalSecretPlan? plan, SecretsException e, bool whileWriting)
    {
        string sentence = plan?.Target.Manifest is null ? ExternalSecretsWords.Sentence(e.Reason, whileWriting) : e.Reason switch
        {
            FailureReason.Unsupported => ExternalSecretsWords.InvalidTarget,
            FailureReason.TemplateInvalid or FailureReason.TemplateFailed => ExternalSecretsWords.NoManifest,
            FailureReason.KubernetesDenied or FailureReason.KubernetesInvalid or FailureReason.KubernetesUnavailable when !whileWriting =>
                ExternalSecretsWords.NoResource,
            _ => ExternalSecretsWords.Sentence(e.Reason, whileWriting),
        };

        // The peer has no reason of its own for a target that it was not allowed.
        string reason = e.Reason == FailureReason.Unsupported ? ExternalSecretsWords.SecretSyncedError : TargetWords.Of(plan).Error;
        return (reason, $"{sentence}: {e.Message}");
    }

    /// <summary>What is left as somebody made it, and why.</summary>
    public static string Drift(ExternalSecretPlan plan, DriftVerdict drift)
    {
        string rule = plan.Refresh.Policy == RefreshPolicy.Periodic ? "refreshInterval 0" : $"creationPolicy Orphan with refreshPolicy {plan.Refresh.Policy}";
        string what = drift.Kind == DriftKind.Missing ? "it was deleted since" : $"{Names(drift.Fields)} changed since";
        return $"{ExternalSecretsWords.Synced}: {TargetWords.Of(plan).Kind} {DesiredTarget.Key(plan)}: {what}, and {rule} leaves it so: annotate the ExternalSecret with force-sync to "
            + "write it anew";
    }

    /// <summary>Whether the condition says that the last refresh could not read from the provider.</summary>
    public static bool IsFailedFetch(StatusCondition? ready) =>
        ready is { Status: "False" } && ready.Message?.StartsWith(ExternalSecretsWords.Sentence(FailureReason.ProviderUnavailable, false), StringComparison.Ordinal) == true;

    /// <summary>No later try can succeed before somebody changes something.</summary>
    public static bool IsFinal(FailureReason reason) => reason is FailureReason.ExternalSecretInvalid or FailureReason.TargetImmutable
        or FailureReason.TargetOwned or FailureReason.TargetTaken or FailureReason.Unsupported;

    private static string Names(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(MostNames)) + (names.Count > MostNames ? $" and {names.Count - MostNames} more" : "");
}
