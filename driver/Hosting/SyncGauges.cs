using CsiSecrets.Model.Manifests.ExternalSecrets;
using CsiSecrets.Sync;
using CsiSecrets.Sync.ExternalSecrets;
using CsiSecrets.Telemetry;

namespace CsiSecrets.Hosting;

/// <summary>The gauges of the sync path, read when somebody asks; the peer's names and labels.</summary>
internal static class SyncGauges
{
    private static readonly string[] Labels = ["name", "namespace", "condition", "status"];

    public static void Add(Meters meters, SyncService sync, HeldValues held)
    {
        meters.Watch("externalsecret_status_condition", "Conditions of ExternalSecrets.", Labels, () => sync.ExternalSecrets.SelectMany(e =>
            Samples(e.Metadata.Name, e.Metadata.Namespace, e.Status?.Conditions)));
        meters.Watch("secretstore_status_condition", "Conditions of SecretStores.", Labels, () => sync.Stores.OfType<SecretStore>().SelectMany(s =>
            Samples(s.Metadata.Name, s.Metadata.Namespace, s.Status?.Conditions)));
        meters.Watch("clustersecretstore_status_condition", "Conditions of ClusterSecretStores.", Labels, () => sync.Stores.OfType<ClusterSecretStore>().SelectMany(s =>
            Samples(s.Metadata.Name, "", s.Status?.Conditions)));
        meters.Watch("csi_secrets_drifted_secrets", "Secrets that differ from what they should be, and are left so.", [], () => [([], sync.Drifted)]);
        meters.Watch("csi_secrets_held_value_bytes", "Rendered values held for repairs.", [], () => [([], held.Bytes)]);
    }

    /// <summary>1 for what is so, and 0 for its contrary: an alert may ask for either.</summary>
    private static IEnumerable<(string[] Labels, double Value)> Samples(string name, string ns, IReadOnlyList<StatusCondition>? conditions) =>
        (conditions ?? []).SelectMany(c => (c.Status is "True" or "False" ? (string[])["True", "False"] : [c.Status])
            .Select(status => ((string[])[name, ns, c.Type, status], status == c.Status ? 1.0 : 0.0)));
}
