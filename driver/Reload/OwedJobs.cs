using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CsiSecrets.Kube;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Reload.Workloads;

namespace CsiSecrets.Reload;

/// <summary>
/// Jobs on their way from deletion to return. Each is kept in a Secret until it is back, so that neither a death of this process nor a lost
/// answer loses it. A Secret, because a Job may hold values of variables.
/// </summary>
internal sealed class OwedJobs(IKubeApi api, string ns)
{
    private const string Label = "reload.csi-secrets/job";
    private const string FormerUid = "reload.csi-secrets/former-uid";
    private const string Manager = "csi-secrets-reload";

    private static readonly ResourceType<WholeObject> Kept = new("", "v1", "secrets", "Secret", true, ReloadJson.Default.WholeObject);

    private readonly ConcurrentDictionary<ObjectKey, Debt> debts = new();

    public bool Has(ObjectKey job) => debts.ContainsKey(job);

    /// <summary>Reads what a former process left. Answers the Jobs.</summary>
    public async Task<IReadOnlyCollection<ObjectKey>> LoadAsync(CancellationToken cancellationToken)
    {
        await api.ListAsync(Kept, new KubeQuery { Namespace = ns, LabelSelector = $"{Label}=true" }, Remember, cancellationToken);
        return [.. debts.Keys];
    }

    /// <summary>To be called before the Job is deleted.</summary>
    /// <param name="job">As it is to be made.</param>
    /// <param name="formerUid">Of the one in whose place.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task KeepAsync(WholeObject job, string formerUid, CancellationToken cancellationToken)
    {
        string text = Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(job, ReloadJson.Default.WholeObject));
        var secret = new WholeObject
        {
            Metadata = new ObjectMeta
            {
                Namespace = ns,
                Name = NameOf(formerUid),
                Labels = new Dictionary<string, string> { [Label] = "true" },
                Annotations = new Dictionary<string, string> { [FormerUid] = formerUid },
            },
            Rest = new Dictionary<string, JsonElement>
            {
                ["type"] = JsonElement.Parse("\"Opaque\""u8),
                ["data"] = JsonElement.Parse(Encoding.UTF8.GetBytes($$"""{"job":"{{text}}"}""")),
            },
        };
        await api.ApplyAsync(Kept, secret, Manager, force: true, cancellationToken);
        debts[job.Key] = new Debt(job, formerUid);
    }

    /// <summary>
    /// Brings the Job back unless it is there already, or was never deleted; then it is owed no more. False: the former one is still on its way
    /// out.
    /// </summary>
    public async Task<bool> SettleAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (!debts.TryGetValue(key, out Debt? debt))
        {
            return true;
        }

        WholeObject? there = await api.GetAsync(ReloadTypes.Jobs, key, cancellationToken);
        if (there is { Metadata: { DeletionTimestamp: not null } leaving } && leaving.Uid == debt.FormerUid)
        {
            return false;
        }

        if (there is null)
        {
            await api.CreateAsync(ReloadTypes.Jobs, debt.Job, cancellationToken);
        }

        await api.DeleteAsync(Kept, new ObjectKey(ns, NameOf(debt.FormerUid)), cancellationToken);
        debts.TryRemove(key, out _);
        return true;
    }

    private void Remember(WholeObject secret)
    {
        string? uid = secret.Metadata.Annotation(FormerUid);
        JsonElement data = secret.Rest?.GetValueOrDefault("data") ?? default;
        try
        {
            if (uid is not null && JsonSerializer.Deserialize(data.GetProperty("job").GetBytesFromBase64(), ReloadJson.Default.WholeObject) is { } job)
            {
                debts[job.Key] = new Debt(job, uid);
            }
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            // Nobody who writes such a Secret here is owed anything.
        }
    }

    private static string NameOf(string uid) => $"csi-secrets-reload-job-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(uid)).AsSpan(0, 8))}";

    private sealed record Debt(WholeObject Job, string FormerUid);
}
