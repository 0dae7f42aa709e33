using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsiSecrets.Kube;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Reload.Decisions;
using CsiSecrets.Reload.Workloads;

namespace CsiSecrets.Reload;

/// <summary>What cannot be rolled: a CronJob runs once now, a Job is made anew.</summary>
internal sealed class JobRuns(IKubeApi api, OwedJobs owed, TimeProvider time)
{
    private const int MostOfName = 52;
    private const int Tries = 10;
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(1);

    /// <summary>Runs the CronJob's template. The Job's name follows from what it is run for, so that a second try finds the first one's. False: the CronJob is gone.</summary>
    public async Task<bool> RunNowAsync(ResourceType<Workload> type, SeenWorkload seen, string record, CancellationToken cancellationToken)
    {
        if (await api.GetAsync(ReloadTypes.Whole(type), seen.Id.Key, cancellationToken) is not { } cronJob)
        {
            return false;
        }

        JsonObject? template = SpecOf(cronJob)?["jobTemplate"] as JsonObject;
        var annotations = new Dictionary<string, string>(Texts(template?["metadata"]?["annotations"])) { ["cronjob.kubernetes.io/instantiate"] = "manual" };
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{cronJob.Metadata.Uid}\n{record}")).AsSpan(0, 5));
        string prefix = cronJob.Metadata.Name.Length > MostOfName ? cronJob.Metadata.Name[..MostOfName] : cronJob.Metadata.Name;
        var job = new WholeObject
        {
            Metadata = new ObjectMeta
            {
                Namespace = seen.Namespace,
                Name = $"{prefix}-{hash}",
                Annotations = annotations,
                Labels = Texts(template?["metadata"]?["labels"]),
                OwnerReferences =
                [
                    new OwnerReference { ApiVersion = type.ApiVersion, Kind = type.Kind, Name = cronJob.Metadata.Name, Uid = cronJob.Metadata.Uid, Controller = true, BlockOwnerDeletion = true },
                ],
            },
            Rest = new Dictionary<string, JsonElement> { ["spec"] = Element(template?["spec"]) },
        };
        try
        {
            await api.CreateAsync(ReloadTypes.Jobs, job, cancellationToken);
        }
        catch (SecretsException e) when (e.Reason == FailureReason.KubernetesConflict)
        {
            // It was run for this already.
        }

        return true;
    }

    /// <summary>Deletes exactly the Job that was seen and makes the same again, with the record. False: it is gone.</summary>
    public async Task<bool> MakeAnewAsync(SeenWorkload seen, ReloadDecision decision, CancellationToken cancellationToken)
    {
        if (await api.GetAsync(ReloadTypes.Jobs, seen.Id.Key, cancellationToken) is not { Metadata.DeletionTimestamp: null } old || SpecOf(old) is not { } spec)
        {
            return false;
        }

        spec.Remove("selector");
        if (spec["template"]?["metadata"]?["labels"] is JsonObject labels)
        {
            foreach (string own in (string[])["controller-uid", "job-name", "batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name"])
            {
                labels.Remove(own);
            }
        }

        Mark(spec, decision.Changes);
        var annotations = new Dictionary<string, string>(old.Metadata.Annotations ?? new Dictionary<string, string>())
        {
            [AnnotationNames.Record] = decision.Record ?? "",
        };
        var job = new WholeObject
        {
            Metadata = new ObjectMeta
            {
                Namespace = seen.Namespace,
                Name = old.Metadata.Name,
                Labels = old.Metadata.Labels?.Where(static l => !l.Key.EndsWith("controller-uid", StringComparison.Ordinal) && !l.Key.EndsWith("job-name", StringComparison.Ordinal))
                    .ToDictionary(static l => l.Key, static l => l.Value, StringComparer.Ordinal),
                Annotations = annotations,
                OwnerReferences = old.Metadata.OwnerReferences,
            },
            Rest = new Dictionary<string, JsonElement> { ["spec"] = Element(spec) },
        };
        await owed.KeepAsync(job, old.Metadata.Uid, cancellationToken);
        try
        {
            // An answer that was lost looks like a Job that somebody else deleted: it comes back either way.
            await api.DeleteSeenAsync(ReloadTypes.Jobs, old, cancellationToken);
        }
        catch (SecretsException e) when (e.Reason == FailureReason.KubernetesConflict)
        {
            // It stays, as another version.
            await owed.SettleAsync(job.Key, cancellationToken);
            throw;
        }

        await SettleAsync(job.Key, cancellationToken);
        return true;
    }

    /// <summary>The old one is gone, or going. A stop comes only between two tries: the next process goes on.</summary>
    private async Task SettleAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        for (int n = 1; ; n++)
        {
            try
            {
                if (await owed.SettleAsync(key, CancellationToken.None))
                {
                    return;
                }
            }
            catch (SecretsException e) when (n < Tries && e.Reason is FailureReason.KubernetesConflict or FailureReason.KubernetesUnavailable)
            {
                // The server is away, or somebody was a moment faster.
            }

            if (n >= Tries)
            {
                throw new SecretsException(FailureReason.KubernetesUnavailable, $"Job {key}", "the former one is still being deleted", "see its finalizers; it comes back once that is gone");
            }

            await Task.Delay(BetweenTries, time, cancellationToken);
        }
    }

    private static void Mark(JsonObject spec, IReadOnlyList<SourceChange> changes)
    {
        foreach (SourceChange change in changes)
        {
            if (spec["template"]?["spec"]?["containers"]?[change.Container] is not JsonObject container)
            {
                continue;
            }

            string name = ReloadMarks.VariableOf(change.Source);
            JsonArray variables = container["env"] as JsonArray ?? (JsonArray)(container["env"] = new JsonArray());
            JsonNode? there = variables.FirstOrDefault(v => v?["name"] is JsonValue own && own.GetValueKind() == JsonValueKind.String && own.GetValue<string>() == name);
            if (there is JsonObject variable)
            {
                variable["value"] = change.PeerHash;
            }
            else
            {
                JsonNode added = new JsonObject { ["name"] = name, ["value"] = change.PeerHash };
                variables.Add(added);
            }
        }
    }

    private static JsonObject? SpecOf(WholeObject whole) =>
        whole.Rest?.GetValueOrDefault("spec") is { ValueKind: JsonValueKind.Object } spec ? JsonObject.Create(spec) : null;

    private static Dictionary<string, string> Texts(JsonNode? map) => map is JsonObject texts
        ? texts.Where(static t => t.Value?.GetValueKind() == JsonValueKind.String).ToDictionary(static t => t.Key, static t => t.Value!.GetValue<string>(), StringComparer.Ordinal)
        : [];

    private static JsonElement Element(JsonNode? node)
    {
        using JsonDocument document = JsonDocument.Parse(node?.ToJsonString() ?? "{}");
        return document.RootElement.Clone();
    }
}
