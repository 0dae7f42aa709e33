using System.Security.Cryptography;
using CsiSecrets.JsonQuery;
using CsiSecrets.Kube;
using CsiSecrets.Kube.Objects;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Mirroring.Objects;

/// <summary>
/// Makes an object that is no Secret what an ExternalSecret wants, by server-side apply.
/// <list type="number">
/// <item>look at the object; what another controller owns is left</item>
/// <item>what the peer wrote becomes ours, and what this ExternalSecret applied under another creation policy, so that an apply takes away what it does not say</item>
/// <item>render, and apply: the one call that changes content; none where the last one said the same of the same version</item>
/// <item>where the data is ours alone, foreign keys go</item>
/// </list>
/// Every call holds for the version that was decided on; a conflict reads the object and decides again.
/// </summary>
internal sealed class ObjectMirror(IKubeApi api, TimeProvider time)
{
    private const int Attempts = 5;

    /// <summary>Throws TargetOwned, TargetTaken, TemplateFailed, and the API server's own refusals.</summary>
    /// <param name="want">What is wanted.</param>
    /// <param name="last">What this process applied last.</param>
    /// <param name="watched">What a watch knows of the object; null when that is nothing.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<MirrorResult> ApplyAsync(DesiredObject want, AppliedFields? last, ObservedObject? watched, CancellationToken cancellationToken)
    {
        // An object without the label is not watched.
        ObservedObject? seen = watched ?? await ReadAsync(want, cancellationToken);
        bool anyVersion = false;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await TryAsync(want, last, seen, anyVersion, cancellationToken);
            }
            catch (SecretsException e) when (attempt < Attempts && e.Reason == FailureReason.KubernetesConflict && seen?.Metadata.DeletionTimestamp is null)
            {
                bool wasNew = seen is null;
                seen = await ReadAsync(want, cancellationToken);
                anyVersion = wasNew && seen is null;
            }
        }
    }

    /// <summary>Deletes the object if <paramref name="from"/> controls it. False when there was nothing to delete.</summary>
    public async Task<bool> DeleteAsync(ObjectKind kind, ObjectKey key, Contributor from, CancellationToken cancellationToken) => await api.DeleteWhileAsync(
        kind.Observed,
        await api.GetAsync(kind.Observed, key, cancellationToken),
        o => o.Controller is { } controller && from.Is(controller),
        cancellationToken);

    private Task<ObservedObject?> ReadAsync(DesiredObject want, CancellationToken cancellationToken) => api.GetAsync(want.Kind.Observed, want.Key, cancellationToken);

    private async Task<MirrorResult> TryAsync(
        DesiredObject want, AppliedFields? last, ObservedObject? seen, bool anyVersion, CancellationToken cancellationToken)
    {
        Check(want, seen); // 1
        if (seen is null && want.Mode == MirrorMode.Merge)
        {
            return new MirrorResult { Outcome = MirrorOutcome.TargetMissing };
        }

        LiveObject? live = seen is not null && (want.BuildsOnLive || Folds(want, last, seen)) ? await api.GetAsync(want.Kind.Live, want.Key, cancellationToken) : null;
        if (live is null && seen is not null && (want.BuildsOnLive || Folds(want, last, seen)))
        {
            throw new SecretsException(FailureReason.KubernetesConflict, $"{want}", "it was deleted meanwhile", "");
        }

        seen = live is not null ? await FoldAsync(want, last, live, cancellationToken) : seen; // 2
        string version = seen?.Metadata.ResourceVersion ?? (anyVersion ? "" : SecretBody.MustBeNew);
        JsonTree rendered = want.Render(want.BuildsOnLive ? live?.Root : null); // 3
        byte[] body = ObjectBody.Write(want, rendered, version);
        try
        {
            string hash = Convert.ToHexStringLower(SHA256.HashData(body));
            if (seen is not null && last is not null && last.Body == hash && last.ResourceVersion == version && last.Key == want.Key && last.Kind == want.Kind)
            {
                return new MirrorResult { Outcome = MirrorOutcome.Unchanged, Object = last };
            }

            ObservedObject now = await api.ApplyBodyAsync(want.Kind.Observed, want.Key, body, want.Manager, cancellationToken);
            now = await TakeAwayAsync(want, rendered, now, cancellationToken); // 4
            return Result(want, seen, now, rendered);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(body);
        }
    }

    private static MirrorResult Result(DesiredObject want, ObservedObject? seen, ObservedObject now, JsonTree rendered)
    {
        byte[] next = ObjectBody.Write(want, rendered, now.Metadata.ResourceVersion);
        string hash = Convert.ToHexStringLower(SHA256.HashData(next));
        CryptographicOperations.ZeroMemory(next);
        return new MirrorResult
        {
            Outcome = seen is null ? MirrorOutcome.Created
                : seen.Metadata.ResourceVersion == now.Metadata.ResourceVersion ? MirrorOutcome.Unchanged
                : want.Mode == MirrorMode.Replace && seen.Controller is null && seen.Metadata.Label(Marks.Managed) is null ? MirrorOutcome.Adopted
                : MirrorOutcome.Updated,
            Object = new AppliedFields
            {
                Kind = want.Kind,
                Key = want.Key,
                Manager = want.Manager,
                ResourceVersion = now.Metadata.ResourceVersion,
                Body = hash,
                Paths = now.AppliedBy(want.Manager)?.Paths ?? new HashSet<string>(),
                DataKeys = now.DataKeys,
            },
        };
    }

    private static void Check(DesiredObject want, ObservedObject? seen)
    {
        if (seen?.Metadata.DeletionTimestamp is not null)
        {
            throw new SecretsException(
                FailureReason.KubernetesConflict, $"{want}", "it is being deleted", "it is written again once it is gone: see its finalizers");
        }

        if (want.Mode != MirrorMode.Replace || seen?.Controller is not { } controller || want.From.Is(controller))
        {
            return;
        }

        throw Contributor.IsExternalSecret(controller)
            ? new SecretsException(
                FailureReason.TargetTaken, $"{want}", $"ExternalSecret {want.Key.Namespace}/{controller.Name} owns it", "give one of the two another spec.target.name")
            : new SecretsException(
                FailureReason.TargetOwned,
                $"{want}",
                $"{controller.Kind} {controller.Name} controls it",
                "choose another spec.target.name, or creationPolicy Merge to add fields to it");
    }

    private static bool Folds(DesiredObject want, AppliedFields? last, ObservedObject seen) =>
        seen.Holders.Any(h => Absorbs(want, last, seen, h.Manager, h.Operation));

    /// <summary>The peer writes by updates in a name for each ExternalSecret.</summary>
    private static bool Absorbs(DesiredObject want, AppliedFields? last, ObservedObject seen, string manager, string operation) =>
        operation == FieldHolder.Apply
            ? manager == want.FormerManager && WasOurs(want, last, seen)
            : Marks.IsPeerManagerOf(want.From.Name, manager) || manager == want.Manager;

    /// <summary>Whether what was applied in the former name was this ExternalSecret's: that of one among several bears its own, the other's is of
    /// whoever owns the object, or of this process's memory.</summary>
    private static bool WasOurs(DesiredObject want, AppliedFields? last, ObservedObject seen) => want.Mode == MirrorMode.Replace
        || (seen.Controller is { } controller && want.From.Is(controller))
        || (last is not null && last.Manager == want.FormerManager && last.Key == want.Key && last.Kind == want.Kind);

    private async Task<ObservedObject> FoldAsync(DesiredObject want, AppliedFields? last, LiveObject live, CancellationToken cancellationToken)
    {
        if (!Folds(want, last, live.Observed))
        {
            return live.Observed;
        }

        byte[] patch = ManagedFieldsFold.Patch(
            live.ManagedFields,
            live.Metadata.ResourceVersion,
            want.Manager,
            (manager, operation) => Absorbs(want, last, live.Observed, manager, operation),
            new FieldClaims(),
            time.GetUtcNow(),
            want.Kind.ApiVersion);
        return await api.PatchAsync(want.Kind.Observed, want.Key, PatchKind.Json, patch, cancellationToken)
            ?? throw new SecretsException(FailureReason.KubernetesConflict, $"{want}", "it was deleted meanwhile", "");
    }

    private async Task<ObservedObject> TakeAwayAsync(DesiredObject want, JsonTree rendered, ObservedObject now, CancellationToken cancellationToken)
    {
        JsonTree? data = rendered.Member("data");
        string[] foreign = want.Mode == MirrorMode.Replace && data?.Kind == JsonKind.Object ? [.. now.DataKeys.Where(k => data.Member(k) is null)] : [];
        if (foreign.Length == 0)
        {
            return now;
        }

        var patch = JsonTree.OfObject(
        [
            new("metadata", JsonTree.OfObject([new("resourceVersion", JsonTree.Of(now.Metadata.ResourceVersion))])),
            new("data", JsonTree.OfObject(foreign.Select(static k => KeyValuePair.Create(k, JsonTree.Null)))),
        ]);
        return await api.PatchAsync(want.Kind.Observed, want.Key, PatchKind.Merge, JsonTreeWriter.ToJson(patch, int.MaxValue), cancellationToken)
            ?? throw new SecretsException(FailureReason.KubernetesConflict, $"{want}", "it was deleted meanwhile", "");
    }
}
