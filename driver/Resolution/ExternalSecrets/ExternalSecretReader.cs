using CsiSecrets.Model;
using CsiSecrets.Model.Manifests.ExternalSecrets;

namespace CsiSecrets.Resolution.ExternalSecrets;

/// <summary>From an ExternalSecret's manifest to its plan: defaults filled in, every rule of the peer's admission checked, whoever let the
/// manifest in. Pure.</summary>
internal static class ExternalSecretReader
{
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromHours(1);

    /// <summary>Throws one <see cref="SecretsException"/> (ExternalSecretInvalid) that lists every error with its field.</summary>
    public static ExternalSecretPlan Read(ExternalSecret manifest)
    {
        manifest.RequireReadable(FailureReason.ExternalSecretInvalid, $"ExternalSecret {manifest.Key}");
        var problems = new FieldProblems();
        ExternalSecretSpec spec = manifest.Spec;
        TargetPlan target = TargetReader.Read(spec.Target ?? ExternalSecretTarget.Empty, manifest.Metadata.Name, problems);
        var entries = new EntryReader(spec.SecretStoreRef, problems);
        var planned = new List<PlannedEntry>();
        for (int i = 0; i < spec.DataFrom.Count; i++)
        {
            Add(planned, entries.ReadKeys(spec.DataFrom[i], $"spec.dataFrom[{i}]"));
        }

        for (int i = 0; i < spec.Data.Count; i++)
        {
            Add(planned, entries.ReadData(spec.Data[i], $"spec.data[{i}]"));
        }

        if (spec.Data.Count == 0 && spec.DataFrom.Count == 0)
        {
            problems.Add("spec", "either data or dataFrom should be specified", "list what to fetch");
        }

        if (target.Deletion == DeletionPolicy.Retain)
        {
            CheckDuplicates(spec.Data, problems);
        }

        RefreshSettings refresh = ReadRefresh(spec, problems);
        var plan = new ExternalSecretPlan
        {
            Key = manifest.Key,
            Uid = manifest.Metadata.Uid,
            Generation = manifest.Metadata.Generation ?? 0,
            Labels = manifest.Metadata.Labels ?? new Dictionary<string, string>(),
            Annotations = manifest.Metadata.Annotations ?? new Dictionary<string, string>(),
            Entries = planned,
            Target = target,
            Refresh = refresh,
        };
        problems.ThrowIfAny(FailureReason.ExternalSecretInvalid, plan.Subject);
        return plan;
    }

    private static void Add(List<PlannedEntry> planned, PlannedEntry? entry)
    {
        if (entry is not null)
        {
            planned.Add(entry);
        }
    }

    /// <summary>Only where the policy is Retain: under the others a key may have a second source, for when the first one is absent.</summary>
    private static void CheckDuplicates(IReadOnlyList<ExternalSecretData> data, FieldProblems problems)
    {
        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < data.Count; i++)
        {
            if (data[i].SecretKey.Length > 0 && !first.TryAdd(data[i].SecretKey, i))
            {
                problems.Add(
                    $"spec.data[{i}].secretKey",
                    $"duplicate secretKey found: {FieldProblems.Show(data[i].SecretKey)} is spec.data[{first[data[i].SecretKey]}]'s too",
                    "give each entry a key of its own");
            }
        }
    }

    private static RefreshSettings ReadRefresh(ExternalSecretSpec spec, FieldProblems problems)
    {
        TimeSpan interval = DefaultInterval;
        if (!string.IsNullOrEmpty(spec.RefreshInterval) && !GoDuration.TryParse(spec.RefreshInterval, out interval))
        {
            problems.Add("spec.refreshInterval", $"{FieldProblems.Show(spec.RefreshInterval)} is not a duration", "write it like 1h or 90s");
        }

        return new RefreshSettings
        {
            Policy = WordField.Read(
                spec.RefreshPolicy, "spec.refreshPolicy", problems,
                ("Periodic", RefreshPolicy.Periodic), ("CreatedOnce", RefreshPolicy.CreatedOnce), ("OnChange", RefreshPolicy.OnChange)),
            Interval = interval > TimeSpan.Zero ? interval : TimeSpan.Zero,
            Windows = spec.SyncWindows is { } windows ? SyncGate.Read(windows, problems) : null,
        };
    }
}
