using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Kube;

/// <summary>The API server over HTTP.</summary>
internal sealed class KubeClient(KubeHttp http, TimeProvider time) : IKubeApi
{
    private const int PageSize = 500;
    private static readonly TimeSpan ListTimeout = TimeSpan.FromSeconds(60);

    // How long a watch is asked to last. The server ends it; a server that does not is left after Patience more.
    private static readonly TimeSpan WatchFor = TimeSpan.FromMinutes(6);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public Task<T?> GetAsync<T>(ResourceType<T> type, ObjectKey key, CancellationToken ct)
        where T : KubeObject =>
        SendAsync(new KubeRequest(HttpMethod.Get, type.ObjectPath(key), $"get {type} {key}", true), type.Json, ct);

    public async Task<string> ListAsync<T>(ResourceType<T> type, KubeQuery query, Action<T> each, CancellationToken ct)
        where T : KubeObject
    {
        string next = "";
        while (true)
        {
            // A page that goes on with a list names no version: its token does.
            string from = next.Length > 0 ? $"&continue={Uri.EscapeDataString(next)}" : query.FromCache ? "&resourceVersion=0" : "";
            string url = $"{type.CollectionPath(query.Namespace)}?limit={PageSize}{from}{Selectors(query)}";
            var request = new KubeRequest(HttpMethod.Get, url, Subject("list", type, query), true) { Timeout = ListTimeout, ReadOnce = true };
            ListMeta meta = await http.SendAsync(
                request,
                async (response, limit) =>
                {
                    await using Stream body = await response.Content.ReadAsStreamAsync(limit);
                    return await ListPage.ReadAsync(body, type.Json, each, limit);
                },
                new ListMeta(),
                ct);
            if (meta.Continue.Length == 0)
            {
                return meta.ResourceVersion;
            }

            next = meta.Continue;
        }
    }

    public async IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(
        ResourceType<T> type, KubeQuery query, string resourceVersion, [EnumeratorCancellation] CancellationToken ct)
        where T : KubeObject
    {
        TimeSpan life = Jitter.Around(WatchFor);
        string url = $"{type.CollectionPath(query.Namespace)}?watch=1&allowWatchBookmarks=true"
            + $"&resourceVersion={Uri.EscapeDataString(resourceVersion)}&timeoutSeconds={(int)life.TotalSeconds}{Selectors(query)}";
        string subject = Subject("watch", type, query);
        using HttpResponseMessage response = await http.OpenAsync(new KubeRequest(HttpMethod.Get, url, subject, true), ct);
        if (!response.IsSuccessStatusCode)
        {
            ApiStatus status = await KubeErrors.ReadStatusAsync(response, ct);
            if (response.StatusCode != HttpStatusCode.Gone)
            {
                throw KubeErrors.ToException(subject, response.StatusCode, status);
            }

            yield return new WatchEvent<T>(WatchKind.Expired, null, "");
            yield break;
        }

        yield return new WatchEvent<T>(WatchKind.Opened, null, resourceVersion);
        using CancellationTokenSource limit = new(life + Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        await using Stream body = await response.Content.ReadAsStreamAsync(both.Token);
        await using IAsyncEnumerator<WatchEvent<T>> events = WatchLines.ReadAsync(body, type, subject, both.Token).GetAsyncEnumerator(both.Token);
        while (await MoveAsync(events, subject, ct))
        {
            yield return events.Current;
            if (events.Current.Kind == WatchKind.Expired)
            {
                yield break;
            }
        }
    }

    public async Task<T> CreateAsync<T>(ResourceType<T> type, T value, CancellationToken ct)
        where T : KubeObject =>
        Required(await SendAsync(Write(HttpMethod.Post, type.CollectionPath(value.Metadata.Namespace), $"create {type} {value.Key}", type, value), type.Json, ct), type, value);

    public async Task<T?> ReplaceAsync<T>(ResourceType<T> type, T value, CancellationToken ct)
        where T : KubeObject
    {
        try
        {
            return await SendAsync(Write(HttpMethod.Put, type.ObjectPath(value.Key), $"replace {type} {value.Key}", type, value), type.Json, ct);
        }
        catch (SecretsException e) when (e.Reason == FailureReason.KubernetesConflict)
        {
            // With a uid in it, the server calls an absent object a conflict, too.
            if (await GetAsync(type, value.Key, ct) is null)
            {
                return null;
            }

            throw;
        }
    }

    public Task<T?> PatchAsync<T>(ResourceType<T> type, ObjectKey key, PatchKind kind, ReadOnlyMemory<byte> patch, CancellationToken ct)
        where T : KubeObject =>
        SendAsync(
            new KubeRequest(HttpMethod.Patch, type.ObjectPath(key), $"patch {type} {key}", false)
            {
                Body = patch,
                ContentType = kind == PatchKind.Json ? "application/json-patch+json" : "application/merge-patch+json",
            },
            type.Json,
            ct);

    public async Task<T> ApplyAsync<T>(ResourceType<T> type, T value, string fieldManager, bool force, CancellationToken ct)
        where T : KubeObject
    {
        string url = $"{type.ObjectPath(value.Key)}?fieldManager={Uri.EscapeDataString(fieldManager)}&force={(force ? "true" : "false")}";
        KubeRequest request = Write(HttpMethod.Patch, url, $"apply {type} {value.Key}", type, value) with
        {
            // JSON is YAML; servers before 1.32 know no other name for it.
            ContentType = "application/apply-patch+yaml",
            Idempotent = true,
        };
        return Required(await SendAsync(request, type.Json, ct), type, value);
    }

    public async Task<T> ApplyBodyAsync<T>(ResourceType<T> type, ObjectKey key, ReadOnlyMemory<byte> body, string fieldManager, CancellationToken ct)
        where T : KubeObject
    {
        string url = $"{type.ObjectPath(key)}?fieldManager={Uri.EscapeDataString(fieldManager)}&force=true";
        var request = new KubeRequest(HttpMethod.Patch, url, $"apply {type} {key}", true) { Body = body, ContentType = "application/apply-patch+yaml" };
        return await SendAsync(request, type.Json, ct) ?? throw NoNamespace($"{type} {key}");
    }

    public Task<T?> PatchStatusAsync<T>(ResourceType<T> type, ObjectKey key, ReadOnlyMemory<byte> patch, CancellationToken ct)
        where T : KubeObject =>
        SendAsync(
            new KubeRequest(HttpMethod.Patch, type.ObjectPath(key, "status"), $"patch {type}/status {key}", true)
            {
                Body = patch,
                ContentType = "application/merge-patch+json",
            },
            type.Json,
            ct);

    public Task<bool> DeleteSeenAsync<T>(ResourceType<T> type, T seen, CancellationToken ct)
        where T : KubeObject
    {
        var options = new DeleteOptions
        {
            Preconditions = new DeletePreconditions { Uid = seen.Metadata.Uid, ResourceVersion = seen.Metadata.ResourceVersion },

            // What every kind does by itself, but for Jobs: their pods would stay.
            PropagationPolicy = "Background",
        };
        var request = new KubeRequest(HttpMethod.Delete, type.ObjectPath(seen.Key), $"delete {type} {seen.Key}", true)
        {
            Body = JsonSerializer.SerializeToUtf8Bytes(options, ManifestJson.Default.DeleteOptions),
        };
        return http.SendAsync(request, static (_, _) => Task.FromResult(true), false, ct);
    }

    public Task<bool> DeleteAsync<T>(ResourceType<T> type, ObjectKey key, CancellationToken ct)
        where T : KubeObject =>
        http.SendAsync(
            new KubeRequest(HttpMethod.Delete, type.ObjectPath(key), $"delete {type} {key}", true),
            static (_, _) => Task.FromResult(true),
            false,
            ct);

    public async Task<TokenRequestStatus?> CreateTokenAsync(ObjectKey serviceAccount, TokenRequestSpec spec, CancellationToken ct)
    {
        var body = new TokenRequest { ApiVersion = "authentication.k8s.io/v1", Kind = "TokenRequest", Spec = spec };
        string path = ResourceTypes.ServiceAccounts.ObjectPath(serviceAccount, "token");
        var request = new KubeRequest(HttpMethod.Post, path, $"create TokenRequest of ServiceAccount {serviceAccount}", false)
        {
            Body = JsonSerializer.SerializeToUtf8Bytes(body, ManifestJson.Default.TokenRequest),
        };
        return (await SendAsync(request, ManifestJson.Default.TokenRequestReply, ct))?.Status;
    }

    public async Task<ApiResourceList?> FindResourcesAsync(string apiVersion, CancellationToken ct)
    {
        string root = apiVersion.Contains('/', StringComparison.Ordinal) ? "/apis/" : "/api/";
        string path = root + string.Join('/', apiVersion.Split('/').Select(Uri.EscapeDataString));
        try
        {
            return await SendAsync(new KubeRequest(HttpMethod.Get, path, $"discover {apiVersion}", true), ManifestJson.Default.ApiResourceList, ct);
        }
        catch (SecretsException e) when (KubeErrors.IsNotServed(e))
        {
            return null;
        }
    }

    private static string Selectors(KubeQuery query)
    {
        string field = query.FieldSelector.Length > 0 ? $"&fieldSelector={Uri.EscapeDataString(query.FieldSelector)}" : "";
        return query.LabelSelector.Length > 0 ? $"{field}&labelSelector={Uri.EscapeDataString(query.LabelSelector)}" : field;
    }

    private static string Subject<T>(string verb, ResourceType<T> type, KubeQuery query)
        where T : KubeObject =>
        string.Join(' ', new[] { $"{verb} {type}", query.Namespace, query.FieldSelector, query.LabelSelector }.Where(static p => p.Length > 0));

    private static KubeRequest Write<T>(HttpMethod method, string url, string subject, ResourceType<T> type, T value)
        where T : KubeObject =>
        new(method, url, subject, method == HttpMethod.Put) { Body = JsonSerializer.SerializeToUtf8Bytes(type.Stamp(value), type.Json) };

    private static T Required<T>(T? written, ResourceType<T> type, T value)
        where T : KubeObject =>
        written ?? throw NoNamespace($"{type} {value.Key}");

    private static SecretsException NoNamespace(string subject) =>
        new(FailureReason.KubernetesInvalid, subject, "its namespace does not exist", "create the namespace first");

    private static async Task<bool> MoveAsync<T>(IAsyncEnumerator<WatchEvent<T>> events, string subject, CancellationToken ct)
        where T : KubeObject
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (Exception e) when (e is IOException or HttpRequestException or JsonException)
        {
            throw KubeErrors.Unreadable(subject, e);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return false;
        }
    }

    private Task<T?> SendAsync<T>(KubeRequest request, JsonTypeInfo<T> json, CancellationToken ct)
        where T : class =>
        http.SendAsync(
            request,
            async (response, limit) =>
            {
                if (ManifestReading.IsUsers<T>())
                {
                    return ManifestReading.Read(await response.Content.ReadAsByteArrayAsync(limit), json);
                }

                await using Stream body = await response.Content.ReadAsStreamAsync(limit);
                return await JsonSerializer.DeserializeAsync(body, json, limit);
            },
            null,
            ct);
}
