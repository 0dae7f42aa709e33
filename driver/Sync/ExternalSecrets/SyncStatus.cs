using CsiSecrets.Model.Manifests;
using CsiSecrets.Model.Manifests.ExternalSecrets;
using CsiSecrets.Resolution.ExternalSecrets;

namespace CsiSecrets.Sync.ExternalSecrets;

/// <summary>The status of an ExternalSecret after a look. Pure.</summary>
internal static class SyncStatus
{
    /// <summary>After a sync from the provider.</summary>
    public static ExternalSecretStatus Synced(ExternalSecret manifest, ExternalSecretPlan plan, string reason, string message, DateTimeOffset now) =>
        Said(manifest, true, reason, message, now) with
        {
            RefreshTime = now,
            SyncedResourceVersion = SyncedVersion.Of(plan),
            Binding = plan.Target.Manifest is null ? new LocalObjectReference { Name = plan.Target.Name } : null,
        };

    /// <summary>Ready says something; what the last sync wrote stays.</summary>
    public static ExternalSecretStatus Said(ExternalSecret manifest, bool ready, string reason, string message, DateTimeOffset now)
    {
        ExternalSecretStatus before = manifest.Status ?? new ExternalSecretStatus();
        return before with { Conditions = Conditions.With(before.Conditions, ready, reason, message, now) };
    }

    /// <summary>Null where the status that is there says the same.</summary>
    public static ExternalSecretStatus? IfNews(ExternalSecret manifest, ExternalSecretStatus next)
    {
        ExternalSecretStatus? before = manifest.Status;
        StatusCondition? old = Conditions.ReadyOf(before?.Conditions ?? []);
        StatusCondition? now = Conditions.ReadyOf(next.Conditions);
        return before is not null && old == now && before.RefreshTime == next.RefreshTime
            && before.SyncedResourceVersion == next.SyncedResourceVersion && before.Binding?.Name == next.Binding?.Name ? null : next;
    }
}
