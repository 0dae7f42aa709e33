using System.Text;
using CsiSecrets.Model;
using CsiSecrets.Providers.Stores;

namespace CsiSecrets.Providers.Kubernetes;

/// <summary>The Secrets of a namespace, of this cluster or another, as a SecretStore's provider.</summary>
internal sealed class KubernetesStoreProvider(ClusterAccess cluster, SecretReferences secrets, byte[] hashKey) : IStoreProvider
{
    private const int Parallelism = 8;
    private readonly KubernetesLogin login = new(cluster, secrets, hashKey);

    public string Name => "kubernetes";

    public string Capabilities => "ReadWrite";

    public StorePlan ReadStore(StoreSource store) => KubernetesReader.Read(store);

    public Task<ProviderAccess> OpenAsync(StorePlan plan, StoreCaller caller, CancellationToken cancellationToken) =>
        login.OpenAsync((KubernetesSettings)plan, caller, cancellationToken);

    public async Task ValidateAsync(StorePlan plan, ProviderAccess access, CancellationToken cancellationToken)
    {
        if (access is not KubernetesAccess resolved)
        {
            return;
        }

        bool may;
        try
        {
            may = await resolved.Reader.MayReadSecrets(resolved.Namespace, cancellationToken);
        }
        catch (SecretsException e)
        {
            throw Failure(e, $"{plan.StoreRef}: could not verify if client is valid");
        }

        if (!may)
        {
            throw new SecretsException(
                FailureReason.StoreInvalid, plan.StoreRef, "client is not allowed to get secrets",
                $"grant get on secrets in namespace {resolved.Namespace} there to the store's identity");
        }
    }

    public SecretRequest Plan(StorePlan plan, RemoteSecret remote) =>
        KubernetesRequest.Of(remote.Key, remote.Metadata ? SecretForm.Metadata : SecretForm.Data);

    public async Task<IReadOnlyList<FetchResult>> FetchAsync(
        ProviderAccess access, IReadOnlyList<FetchItem> items, CancellationToken cancellationToken)
    {
        KubernetesAccess resolved = Resolved(access);
        var results = new FetchResult[items.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, items.Count, options, async (i, token) => results[i] = await ReadAsync(resolved, items[i], token));
        return results;
    }

    public SecretBytes? Select(SecretRequest request, SecretBytes content, string property)
    {
        if (((KubernetesRequest)request).Form == SecretForm.Metadata)
        {
            return SelectMetadata(content, property);
        }

        using SecretSet data = SecretContent.Decode(content);
        if (property.Length == 0)
        {
            return SecretContent.TextOf(data);
        }

        if (data.Find(property) is { } whole)
        {
            return whole.Share();
        }

        int dot = property.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && dot < property.Length - 1 && data.Find(property[..dot]) is { } json
            ? StoreValues.Select(json, property[(dot + 1)..])
            : null;
    }

    public SecretSet Extract(SecretRequest request, SecretBytes content, string property)
    {
        if (property.Length == 0)
        {
            return ((KubernetesRequest)request).Form == SecretForm.Metadata
                ? StoreValues.Extract(request.Name, content)
                : SecretContent.Decode(content);
        }

        using SecretBytes part = Select(request, content, property) ?? throw StoreValues.NoProperty(request.Name, property);
        return StoreValues.Extract($"{request.Name}: property {property}", part);
    }

    public async Task<IReadOnlyList<FoundSecret>> FindAsync(
        StorePlan plan, ProviderAccess access, FindCriteria criteria, CancellationToken cancellationToken)
    {
        if (criteria is { Name: null, Tags.Count: 0 })
        {
            throw new SecretsException(FailureReason.ExternalSecretInvalid, $"{plan.StoreRef}: find", "unexpected find operator", "give name or tags");
        }

        KubernetesAccess resolved = Resolved(access);
        bool Wanted(string name) => name.StartsWith(criteria.Path ?? "", StringComparison.Ordinal)
            && criteria.Name?.IsMatch(Encoding.UTF8.GetBytes(name), cancellationToken) != false;
        IReadOnlyList<ClusterSecret> found;
        try
        {
            found = await resolved.Reader.ListSecrets(resolved.Namespace, SelectorOf(plan, criteria), Wanted, cancellationToken);
        }
        catch (SecretsException e) when (e.Reason != FailureReason.ExternalSecretInvalid)
        {
            throw Failure(e, $"{plan.StoreRef}: find");
        }

        return [.. found.OrderBy(s => s.Name, StringComparer.Ordinal).Select(FoundOf)];
    }

    private static FoundSecret FoundOf(ClusterSecret secret)
    {
        using (secret)
        {
            return new FoundSecret(
                secret.Name,
                KubernetesRequest.Of(secret.Name, SecretForm.Text),
                new FetchResult.Value(secret.Version, SecretContent.Of(secret, SecretForm.Text)));
        }
    }

    private static async Task<FetchResult> ReadAsync(KubernetesAccess access, FetchItem item, CancellationToken cancellationToken)
    {
        var request = (KubernetesRequest)item.Request;
        string subject = access.Place(request.Secret);
        try
        {
            using ClusterSecret? found = await access.Reader.FindSecret(access.Namespace, request.Secret, cancellationToken);
            if (found is null)
            {
                return new FetchResult.Missing(new SecretsException(
                    FailureReason.SecretNotFound, subject, "it does not exist", "check remoteRef.key and the store's remoteNamespace"));
            }

            return found.Version == item.KnownVersion
                ? new FetchResult.Unchanged(found.Version)
                : new FetchResult.Value(found.Version, SecretContent.Of(found, request.Form));
        }
        catch (SecretsException e)
        {
            return new FetchResult.Failed(Failure(e, subject));
        }
    }

    /// <summary>The whole, <c>labels</c>, <c>annotations</c>, or one of either by its whole name, dots included.</summary>
    private static SecretBytes? SelectMetadata(SecretBytes content, string property)
    {
        int dot = property.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0)
        {
            return StoreValues.Select(content, property);
        }

        using SecretBytes? part = StoreValues.Select(content, property[..dot]);
        return part is null ? null : StoreValues.Select(part, property[(dot + 1)..]);
    }

    private static string SelectorOf(StorePlan plan, FindCriteria criteria)
    {
        foreach ((string key, string value) in criteria.Tags.Where(t => !IsLabel(t.Key, "/") || !IsLabel(t.Value, "") || t.Key.Length == 0))
        {
            throw new SecretsException(
                FailureReason.ExternalSecretInvalid, $"{plan.StoreRef}: find.tags", $"{key}={value} is no label", "labels are letters, digits, '-', '_' and '.'");
        }

        return string.Join(',', criteria.Tags.Select(t => $"{t.Key}={t.Value}"));
    }

    private static bool IsLabel(string text, string also) => text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' || also.Contains(c));

    private static SecretsException Failure(SecretsException e, string subject) => new(
        e.Reason switch
        {
            FailureReason.KubernetesDenied => FailureReason.AccessDenied,
            FailureReason.KubernetesUnavailable => FailureReason.ProviderUnavailable,
            FailureReason.KubernetesConflict or FailureReason.KubernetesInvalid => FailureReason.ProviderError,
            _ => e.Reason,
        },
        subject,
        e.Subject.Length > 0 ? $"{e.Subject}: {e.Cause}" : e.Cause,
        e.Remedy,
        e);

    private static KubernetesAccess Resolved(ProviderAccess access) => access as KubernetesAccess ?? throw new SecretsException(
        FailureReason.StoreInvalid, "a ClusterSecretStore", "its references have no namespace, and it was opened for none", "name the namespace");
}
