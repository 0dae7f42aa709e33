using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Kube;

/// <summary>
/// The API server, or a folder of manifests in its place. An absent object is null; every other refusal is a <see cref="SecretsException"/>
/// with <see cref="FailureReason.KubernetesUnavailable"/>, <see cref="FailureReason.KubernetesDenied"/>,
/// <see cref="FailureReason.KubernetesConflict"/> or <see cref="FailureReason.KubernetesInvalid"/>.
/// </summary>
internal interface IKubeApi
{
    Task<T?> GetAsync<T>(ResourceType<T> type, ObjectKey key, CancellationToken ct)
        where T : KubeObject;

    /// <summary>
    /// Hands each object to <paramref name="each"/> as it arrives and returns the resource version to watch from. A list that expires
    /// between two pages throws <see cref="FailureReason.KubernetesConflict"/>: begin again.
    /// </summary>
    Task<string> ListAsync<T>(ResourceType<T> type, KubeQuery query, Action<T> each, CancellationToken ct)
        where T : KubeObject;

    /// <summary>Events after <paramref name="resourceVersion"/>; ends when the server ends it, which it does every few minutes.</summary>
    IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(ResourceType<T> type, KubeQuery query, string resourceVersion, CancellationToken ct)
        where T : KubeObject;

    /// <summary><see cref="FailureReason.KubernetesConflict"/> when the object exists.</summary>
    Task<T> CreateAsync<T>(ResourceType<T> type, T value, CancellationToken ct)
        where T : KubeObject;

    /// <summary>Null when the object is gone; <see cref="FailureReason.KubernetesConflict"/> when its resource version is another.</summary>
    Task<T?> ReplaceAsync<T>(ResourceType<T> type, T value, CancellationToken ct)
        where T : KubeObject;

    /// <summary>Null when the object is gone. A failed <c>test</c> of a JSON patch is <see cref="FailureReason.KubernetesInvalid"/>.</summary>
    Task<T?> PatchAsync<T>(ResourceType<T> type, ObjectKey key, PatchKind kind, ReadOnlyMemory<byte> patch, CancellationToken ct)
        where T : KubeObject;

    /// <summary>Server-side apply: creates or changes the fields that <paramref name="value"/> has, in the name of <paramref name="fieldManager"/>.</summary>
    Task<T> ApplyAsync<T>(ResourceType<T> type, T value, string fieldManager, bool force, CancellationToken ct)
        where T : KubeObject;

    /// <summary>Server-side apply of a body that is JSON already. The caller clears it afterwards.</summary>
    Task<T> ApplyBodyAsync<T>(ResourceType<T> type, ObjectKey key, ReadOnlyMemory<byte> body, string fieldManager, CancellationToken ct)
        where T : KubeObject;

    /// <summary>A merge patch of the object's <c>/status</c>, e.g. <c>{"status":{"a":"b"}}</c>. Null when the object is gone.</summary>
    Task<T?> PatchStatusAsync<T>(ResourceType<T> type, ObjectKey key, ReadOnlyMemory<byte> patch, CancellationToken ct)
        where T : KubeObject;

    /// <summary>
    /// Deletes exactly the version that was seen. False when it is gone; <see cref="FailureReason.KubernetesConflict"/> when it is another now.
    /// </summary>
    Task<bool> DeleteSeenAsync<T>(ResourceType<T> type, T seen, CancellationToken ct)
        where T : KubeObject;

    /// <summary>False when there was nothing to delete.</summary>
    Task<bool> DeleteAsync<T>(ResourceType<T> type, ObjectKey key, CancellationToken ct)
        where T : KubeObject;

    /// <summary>A token of the ServiceAccount; null when the ServiceAccount does not exist.</summary>
    Task<TokenRequestStatus?> CreateTokenAsync(ObjectKey serviceAccount, TokenRequestSpec spec, CancellationToken ct);

    /// <summary>The kinds of an apiVersion, e.g. <c>v1</c> or <c>apps/v1</c>; null when it is not served.</summary>
    Task<ApiResourceList?> FindResourcesAsync(string apiVersion, CancellationToken ct);
}
