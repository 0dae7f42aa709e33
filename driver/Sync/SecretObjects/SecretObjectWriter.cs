using System.Collections.Concurrent;
using CsiSecrets.Kube;
using CsiSecrets.Kube.Secrets;
using CsiSecrets.Mirroring;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Resolution.SecretObjects;

namespace CsiSecrets.Sync.SecretObjects;

/// <summary>Makes one Secret what its class asks for. For one class one call at a time, and one class for each Secret.</summary>
internal sealed class SecretObjectWriter(IKubeApi api, MirrorHash hash, TimeProvider time)
{
    /// <summary>Not the operator's: the two families of Secrets never share a field.</summary>
    public const string Manager = "csi-secrets";

    /// <summary>The peer writes every five minutes what it mirrors. One that was silent for so long is gone.</summary>
    private static readonly TimeSpan PeerSilence = TimeSpan.FromMinutes(10);

    private readonly SecretMirror mirror = new(api, Manager, time);
    private readonly MirrorFights fights = new(time);
    private readonly ConcurrentDictionary<ObjectKey, (string Version, long Since)> peers = new();

    /// <summary>Throws what is wrong with the files, and what the Secret refuses.</summary>
    public async Task<SecretObjectWritten> WriteAsync(
        SecretProviderClass manifest, SecretObjectPlan plan, SecretSet files, IReadOnlyList<OwnerReference> owners, CancellationToken cancellationToken)
    {
        var key = new ObjectKey(manifest.Metadata.Namespace, plan.Name);
        ObservedSecret? seen = await api.GetAsync(SecretTypes.Observed, key, cancellationToken);
        if (seen is not null && PeerWrites(seen))
        {
            return new SecretObjectWritten(seen, null, PeerIsAtWork: true);
        }

        SecretSet data = SecretObjectShape.Of(manifest.Key.ToString(), plan, files);
        string wanted = hash.Of(data);
        using var want = new DesiredSecret
        {
            Key = key,
            From = new Contributor { Namespace = key.Namespace, Name = manifest.Metadata.Name, Kind = "SecretProviderClass" },
            Data = data,
            Style = MirrorStyle.SecretObjects,
            Type = plan.Type,
            Labels = plan.Labels,
            Annotations = plan.Annotations,

            // Owners are added and never taken away: that is the garbage collector's, once they are gone.
            Owners = [.. (seen?.Metadata.OwnerReferences ?? []).Concat(owners).DistinctBy(static o => o.Uid)],
        };
        fights.Check(key, wanted, seen?.Metadata.ResourceVersion ?? "");
        MirrorResult result = await mirror.ApplyAsync(want, seen, cancellationToken);
        bool changed = result.Added.Count + result.Replaced.Count + result.Removed.Count > 0 || result.Outcome == MirrorOutcome.Created;
        if (changed)
        {
            fights.Wrote(key, wanted, result.Secret!.Metadata.ResourceVersion);
        }

        return new SecretObjectWritten(result.Secret!, wanted, PeerIsAtWork: false) { Changed = changed, HashIsKept = hash.IsKept };
    }

    public void Forget(ObjectKey secret) => peers.TryRemove(secret, out _);

    /// <summary>An update of the peer's after an apply of ours: it still runs. What it wrote stays until it has been silent for a while.</summary>
    private bool PeerWrites(ObservedSecret seen)
    {
        if (seen.AppliedBy(Manager) is null || !seen.Owners.Any(static o => o.Operation != FieldOwner.Apply
            && o.Manager.StartsWith(MirrorStyle.SecretObjects.PeerManagerPrefix, StringComparison.Ordinal)))
        {
            peers.TryRemove(seen.Key, out _);
            return false;
        }

        if (!peers.TryGetValue(seen.Key, out (string Version, long Since) known) || known.Version != seen.Metadata.ResourceVersion)
        {
            known = peers[seen.Key] = (seen.Metadata.ResourceVersion, time.GetTimestamp());
        }

        return time.GetElapsedTime(known.Since) < PeerSilence;
    }
}

/// <summary>A Secret after a look at it.</summary>
/// <param name="Secret">As it is now.</param>
/// <param name="Hash">Of its content; null where the peer's stands.</param>
/// <param name="PeerIsAtWork">The peer wrote it after us, and it was left as it is.</param>
internal sealed record SecretObjectWritten(ObservedSecret Secret, string? Hash, bool PeerIsAtWork)
{
    /// <summary>This write made the content another.</summary>
    public bool Changed { get; init; }

    /// <summary>The hash of the same content is the same in every process.</summary>
    public bool HashIsKept { get; init; }
}
