using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Kube.Folder;

/// <summary>
/// A folder of manifests in an API server's place: reads, lists and watches are served from it; what is written stays in memory and never
/// reaches a file. An edit of a file takes the place of what was written to its objects.
/// </summary>
internal sealed class FolderKube(FolderState state) : IKubeApi
{
    /// <summary>Told of each object that is written through the API, its kind's name first.</summary>
    public Action<ObjectId>? Written { get; set; }

    public Task<T?> GetAsync<T>(ResourceType<T> type, ObjectKey key, CancellationToken ct)
        where T : KubeObject
    {
        using FolderObject? found = state.Find(IdOf(type, key));
        return Task.FromResult(found?.Read(type));
    }

    public Task<string> ListAsync<T>(ResourceType<T> type, KubeQuery query, Action<T> each, CancellationToken ct)
        where T : KubeObject
    {
        (IReadOnlyList<FolderObject> objects, ulong revision) = state.List(type.Group, type.Kind);
        foreach (FolderObject one in objects)
        {
            using (one)
            {
                if (FolderSelector.Matches(one, query))
                {
                    each(one.Read(type));
                }
            }
        }

        return Task.FromResult(revision.ToString(CultureInfo.InvariantCulture));
    }

    public async IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(
        ResourceType<T> type, KubeQuery query, string resourceVersion, [EnumeratorCancellation] CancellationToken ct)
        where T : KubeObject
    {
        if (!ulong.TryParse(resourceVersion, CultureInfo.InvariantCulture, out ulong at))
        {
            yield return new WatchEvent<T>(WatchKind.Expired, null, "");
            yield break;
        }

        yield return new WatchEvent<T>(WatchKind.Opened, null, resourceVersion);
        while (true)
        {
            (IReadOnlyList<FolderChange>? changes, ulong revision, Task next) = state.Since(at, type.Group, type.Kind);
            if (changes is null)
            {
                yield return new WatchEvent<T>(WatchKind.Expired, null, "");
                yield break;
            }

            foreach (FolderChange change in changes)
            {
                using (change)
                {
                    if (EventOf(type, query, change) is { } e)
                    {
                        yield return e;
                    }
                }
            }

            at = revision;
            await next.WaitAsync(ct);
        }
    }

    public Task<T> CreateAsync<T>(ResourceType<T> type, T value, CancellationToken ct)
        where T : KubeObject
    {
        ObjectMeta metadata = value.Metadata;
        T named = metadata.Name.Length > 0
            ? value
            : (T)((KubeObject)value with { Metadata = metadata with { Name = $"{metadata.GenerateName}{Guid.NewGuid().ToString("N")[..8]}" } });
        return Task.FromResult(Put(type, IdOf(type, named.Key), Json(type, named), static before =>
        {
            if (before is not null)
            {
                throw new SecretsException(FailureReason.KubernetesConflict, before.Id.ToString(), "it exists already", "");
            }
        }));
    }

    public Task<T?> ReplaceAsync<T>(ResourceType<T> type, T value, CancellationToken ct)
        where T : KubeObject => Change(type, value.Key, before =>
    {
        string version = value.Metadata.ResourceVersion;
        return version.Length == 0 || version == before.Revision.ToString(CultureInfo.InvariantCulture)
            ? Json(type, value)
            : throw new SecretsException(FailureReason.KubernetesConflict, before.Id.ToString(), "somebody changed it meanwhile", "read it again");
    });

    public Task<T?> PatchAsync<T>(ResourceType<T> type, ObjectKey key, PatchKind kind, ReadOnlyMemory<byte> patch, CancellationToken ct)
        where T : KubeObject => kind == PatchKind.Merge
        ? Change(type, key, before => Merged(before.Json.Span, patch.Span))
        : throw new SecretsException(
            FailureReason.KubernetesInvalid, IdOf(type, key).ToString(), "a folder of manifests takes merge patches only", "send one of those");

    /// <summary>One writer is all that a folder has, so its fields are merged over what is there whoever manages them.</summary>
    public Task<T> ApplyAsync<T>(ResourceType<T> type, T value, string fieldManager, bool force, CancellationToken ct)
        where T : KubeObject
    {
        ObjectId id = IdOf(type, value.Key);
        byte[] json = Json(type, value);
        using FolderObject after = state.Change(id, before => Merged(before.Json.Span, json)) ?? state.Put(id, json, null, static _ => { });
        Written?.Invoke(id);
        return Task.FromResult(after.Read(type));
    }

    public Task<T> ApplyBodyAsync<T>(ResourceType<T> type, ObjectKey key, ReadOnlyMemory<byte> body, string fieldManager, CancellationToken ct)
        where T : KubeObject => throw new SecretsException(
            FailureReason.Unsupported, IdOf(type, key).ToString(), "a folder of manifests holds no mirrored Secrets", "mount the ExternalSecret as a volume");

    public Task<T?> PatchStatusAsync<T>(ResourceType<T> type, ObjectKey key, ReadOnlyMemory<byte> patch, CancellationToken ct)
        where T : KubeObject => PatchAsync(type, key, PatchKind.Merge, patch, ct);

    public Task<bool> DeleteSeenAsync<T>(ResourceType<T> type, T seen, CancellationToken ct)
        where T : KubeObject
    {
        ObjectId id = IdOf(type, seen.Key);
        using FolderObject? there = state.Find(id);
        return there is null || there.Revision.ToString(CultureInfo.InvariantCulture) == seen.Metadata.ResourceVersion
            ? Task.FromResult(state.Remove(id))
            : throw new SecretsException(FailureReason.KubernetesConflict, id.ToString(), "somebody changed it meanwhile", "read it again");
    }

    public Task<bool> DeleteAsync<T>(ResourceType<T> type, ObjectKey key, CancellationToken ct)
        where T : KubeObject => Task.FromResult(state.Remove(IdOf(type, key)));

    public Task<TokenRequestStatus?> CreateTokenAsync(ObjectKey serviceAccount, TokenRequestSpec spec, CancellationToken ct)
    {
        using FolderObject? found = state.Find(IdOf(ResourceTypes.ServiceAccounts, serviceAccount));
        return found is null
            ? Task.FromResult<TokenRequestStatus?>(null)
            : throw new SecretsException(
                FailureReason.KubernetesDenied, found.Id.ToString(), "a folder of manifests issues no tokens", "use credentials that need none");
    }

    public Task<ApiResourceList?> FindResourcesAsync(string apiVersion, CancellationToken ct) => Task.FromResult<ApiResourceList?>(null);

    private static ObjectId IdOf<T>(ResourceType<T> type, ObjectKey key)
        where T : KubeObject => new(type.Group, type.Kind, type.Namespaced ? key : new ObjectKey("", key.Name));

    private static WatchEvent<T>? EventOf<T>(ResourceType<T> type, KubeQuery query, FolderChange change)
        where T : KubeObject
    {
        bool was = change.Before is { } before && FolderSelector.Matches(before, query);
        bool isNow = change.After is { } after && FolderSelector.Matches(after, query);
        string version = change.Revision.ToString(CultureInfo.InvariantCulture);
        return (was, isNow) switch
        {
            (false, true) => new WatchEvent<T>(WatchKind.Added, change.After!.Read(type), version),
            (true, true) => new WatchEvent<T>(WatchKind.Modified, change.After!.Read(type), version),
            (true, false) => new WatchEvent<T>(WatchKind.Deleted, change.Before!.Read(type), version),
            _ => null,
        };
    }

    private Task<T?> Change<T>(ResourceType<T> type, ObjectKey key, Func<FolderObject, byte[]> change)
        where T : KubeObject
    {
        ObjectId id = IdOf(type, key);
        using FolderObject? after = state.Change(id, change);
        if (after is null)
        {
            return Task.FromResult<T?>(null);
        }

        Written?.Invoke(id);
        return Task.FromResult<T?>(after.Read(type));
    }

    private T Put<T>(ResourceType<T> type, ObjectId id, byte[] json, Action<FolderObject?> allow)
        where T : KubeObject
    {
        using FolderObject after = state.Put(id, json, null, allow);
        Written?.Invoke(id);
        return after.Read(type);
    }

    private static byte[] Json<T>(ResourceType<T> type, T value)
        where T : KubeObject => JsonSerializer.SerializeToUtf8Bytes(type.Stamp(value), type.Json);

    /// <summary>RFC 7386.</summary>
    private static byte[] Merged(ReadOnlySpan<byte> json, ReadOnlySpan<byte> patch) =>
        Encoding.UTF8.GetBytes(Merge(JsonNode.Parse(json), JsonNode.Parse(patch))!.ToJsonString());

    private static JsonNode? Merge(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes)
        {
            return patch?.DeepClone();
        }

        var merged = target as JsonObject ?? [];
        foreach ((string name, JsonNode? change) in changes)
        {
            JsonNode? before = merged[name];
            merged.Remove(name);
            if (change is not null)
            {
                merged[name] = Merge(before, change);
            }
        }

        return merged;
    }
}
