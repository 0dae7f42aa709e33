using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using CsiSecrets.Kube.Connection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace CsiSecrets.Tests.Fakes;

/// <summary>
/// An API server in memory, over HTTPS and HTTP/2: stores what is written, lists, watches, patches, applies and mints tokens as the real one
/// does, counts calls, and fails on demand.
/// </summary>
internal sealed class FakeKubeApi : IAsyncDisposable
{
    private readonly FakeKubeApiIdentity identity;
    private readonly FakeKubeApiStore store;
    private readonly FakeKubeApiCalls calls;
    private readonly TimeProvider time;
    private readonly string folder = Directory.CreateTempSubdirectory("fake-kube-").FullName;
    private readonly ConcurrentDictionary<string, bool> tokens = new();
    private readonly ConcurrentDictionary<FakeKubeApiKind, bool> kinds = new(FakeKubeApiKind.Known.Select(static k => KeyValuePair.Create(k, true)));
    private CancellationTokenSource watches = new();
    private StrongBox<int> streams = new();
    private WebApplication? app;
    private int port;
    private int holding;

    private FakeKubeApi(TimeProvider time)
    {
        this.time = time;
        identity = new FakeKubeApiIdentity(time);
        store = new FakeKubeApiStore(time);
        calls = new FakeKubeApiCalls(store, identity, token => tokens[token] = true);
    }

    /// <summary>Every call, in order of arrival, as <c>list pods</c>; those that were refused, too.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>What goes wrong with a call; null: nothing.</summary>
    public Func<FakeKubeApiRoute, FakeKubeApiFault?> Fault { get; set; } = static _ => null;

    /// <summary>Told of a call when it was carried out, before its answer.</summary>
    public Action<FakeKubeApiRoute> Done { get; set; } = static _ => { };

    /// <summary>How many calls a fault holds now.</summary>
    public int Holding => Volatile.Read(ref holding);

    /// <summary>How many watches stand now.</summary>
    public int Watching => Volatile.Read(ref Volatile.Read(ref streams).Value);

    /// <summary>False between <see cref="GoAwayAsync"/> and <see cref="ComeBackAsync"/>.</summary>
    public bool IsServing => app is not null;

    public Uri Server => new($"https://127.0.0.1:{port}");

    /// <summary>The path of a kubeconfig, as JSON, with the token in a file.</summary>
    public string Kubeconfig => Path.Combine(folder, "kubeconfig");

    public FakeKubeApiIdentity Identity => identity;

    public static async Task<FakeKubeApi> StartAsync(TimeProvider? time = null)
    {
        var api = new FakeKubeApi(time ?? TimeProvider.System);
        foreach (string ns in new[] { "default", "kube-system" })
        {
            api.Put("namespaces", $$$"""{"metadata":{"name":"{{{ns}}}"}}""");
        }

        api.RenewToken();
        await File.WriteAllTextAsync(Path.Combine(api.folder, "ca.crt"), api.identity.CaPem);
        await api.ComeBackAsync();
        await File.WriteAllTextAsync(api.Kubeconfig, $$$"""
            {"clusters":[{"name":"c","cluster":{"server":"{{{api.Server}}}","certificate-authority":"ca.crt"}}],
             "users":[{"name":"u","user":{"tokenFile":"token"}}],"contexts":[{"name":"x","context":{"cluster":"c","user":"u"}}],"current-context":"x"}
            """);
        return api;
    }

    /// <summary>The kubeconfig's connection.</summary>
    public KubeConnection Connection(TimeProvider clock) =>
        new KubeConfigFile(Kubeconfig, JsonNode.Parse(File.ReadAllText(Kubeconfig))!, clock).Connect("");

    public int Count(string verb, string resource) => Requests.Count(r => r == $"{verb} {resource}");

    /// <summary>Writes an object past all checks; its namespace comes into being with it. The answer has its uid and version.</summary>
    public JsonObject Put(string resource, string json) =>
        calls.Put(kinds.Keys.First(k => k.Resource == resource), (JsonObject)JsonNode.Parse(json)!);

    /// <summary>Edits an object past all checks, or a new one, in one step: nothing that is written meanwhile is lost, as with a patch.</summary>
    public JsonObject Edit(string resource, string ns, string name, Action<JsonObject> edit) =>
        calls.Edit(kinds.Keys.First(k => k.Resource == resource), ns, name, edit);

    public JsonObject Annotate(string resource, string ns, string name, string annotation, string value) => Edit(resource, ns, name, one =>
    {
        JsonObject annotations = one["metadata"]!["annotations"] as JsonObject ?? (JsonObject)(one["metadata"]!["annotations"] = new JsonObject());
        annotations[annotation] = value;
    });

    public JsonObject? Get(string resource, string ns, string name) => store.Find(resource, ns, name);

    /// <summary>All objects of a kind, of every namespace.</summary>
    public IReadOnlyList<JsonObject> All(string resource) => [.. store.At(resource, "", store.Version).Select(static o => o.Value)];

    public bool Delete(string resource, string ns, string name) => store.Change(resource, ns, name, static _ => null) is not null;

    public void Serve(FakeKubeApiKind kind) => kinds[kind] = true;

    /// <summary>As if the kind's CRD was not installed.</summary>
    public void Unserve(string resource) => kinds.TryRemove(kinds.Keys.First(k => k.Resource == resource), out _);

    /// <summary>A new token in the file; the ones before are refused with 401.</summary>
    public void RenewToken()
    {
        tokens.Clear();
        string token = Guid.NewGuid().ToString();
        tokens[token] = true;
        File.WriteAllText(Path.Combine(folder, "token"), token);
    }

    /// <summary>Sends a bookmark to every watch that asked for them.</summary>
    public void Bookmark() => store.Bookmark();

    /// <summary>Versions from before now are answered with 410.</summary>
    public void Expire() => store.Expire();

    /// <summary>Breaks the streams of all running watches.</summary>
    public void DropWatches()
    {
        Interlocked.Exchange(ref streams, new StrongBox<int>());
        Interlocked.Exchange(ref watches, new CancellationTokenSource()).Cancel();
    }

    /// <summary>Closes the port: connections are refused until <see cref="ComeBackAsync"/>. The objects stay.</summary>
    public async Task GoAwayAsync()
    {
        DropWatches();
        if (app is not null)
        {
            using var now = new CancellationTokenSource();
            await now.CancelAsync();
            await app.StopAsync(now.Token);
            await app.DisposeAsync();
            app = null;
        }
    }

    public async Task ComeBackAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen =>
        {
            listen.Protocols = HttpProtocols.Http1AndHttp2;
            listen.UseHttps(identity.Server);
        }));
        app = builder.Build();
        app.Run(HandleAsync);
        await app.StartAsync();
        port = new Uri(app.Urls.First()).Port;
    }

    public async ValueTask DisposeAsync()
    {
        await GoAwayAsync();
        watches.Dispose();
        identity.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private async Task HandleAsync(HttpContext context)
    {
        FakeKubeApiRoute? route = FakeKubeApiRoute.Of(context.Request, kinds.Keys);
        if (route is null && FakeKubeApiDiscovery.Answer(context.Request.Path.Value!, kinds.Keys) is { } list)
        {
            Requests.Enqueue($"discover {list["groupVersion"]}");
            await WriteAsync(context, 200, list, false);
            return;
        }

        if (route is null)
        {
            context.Response.StatusCode = 404;
            await context.Response.WriteAsync("404 page not found\n");
            return;
        }

        Requests.Enqueue($"{route.Verb} {route.Resource}{(route.Subresource.Length > 0 ? "/" : "")}{route.Subresource}");
        FakeKubeApiFault? fault = Fault(route);
        try
        {
            await HoldAsync(fault, context.RequestAborted);
            if (!tokens.ContainsKey(context.Request.Headers.Authorization.ToString().Replace("Bearer ", "", StringComparison.Ordinal)))
            {
                throw new FakeKubeApiRefusal(401, "Unauthorized", "Unauthorized");
            }

            if (fault is { Code: > 0 })
            {
                context.Response.Headers.RetryAfter = fault.RetryAfter is int seconds ? seconds.ToString(CultureInfo.InvariantCulture) : default;
                throw new FakeKubeApiRefusal(fault.Code, fault.Code == 429 ? "TooManyRequests" : "InternalError", "as the test wants it");
            }

            if (route.Verb == "watch")
            {
                await WatchAsync(route, context);
                return;
            }

            (int code, JsonObject body) = await calls.AnswerAsync(route, context.Request);
            Done(route);
            await WriteAsync(context, code, body, fault?.Cut ?? false);
        }
        catch (FakeKubeApiRefusal refusal)
        {
            await WriteAsync(context, refusal.Code, refusal.Status, false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has left.
        }
    }

    private async Task HoldAsync(FakeKubeApiFault? fault, CancellationToken cancellationToken)
    {
        if (fault is null || fault.Hold.IsCompleted)
        {
            return;
        }

        Interlocked.Increment(ref holding);
        try
        {
            await fault.Hold.WaitAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref holding);
        }
    }

    private static async Task WriteAsync(HttpContext context, int code, JsonObject body, bool cut)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(body.ToJsonString());
        context.Response.StatusCode = code;
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(cut ? bytes.AsMemory(0, bytes.Length / 2) : bytes, context.RequestAborted);
        if (cut)
        {
            await context.Response.Body.FlushAsync(context.RequestAborted);
            context.Abort();
        }
    }

    private async Task WatchAsync(FakeKubeApiRoute route, HttpContext context)
    {
        IQueryCollection query = context.Request.Query;
        var selector = new FakeKubeApiSelector(query["fieldSelector"].ToString(), query["labelSelector"].ToString());
        bool bookmarks = query["allowWatchBookmarks"].ToString() is "true" or "1";
        int seconds = int.TryParse(query["timeoutSeconds"], CultureInfo.InvariantCulture, out int asked) ? asked : 1800;
        long from = long.TryParse(query["resourceVersion"], CultureInfo.InvariantCulture, out long named) ? named : store.Version;
        StrongBox<int> standing = Volatile.Read(ref streams);
        CancellationToken dropped = Volatile.Read(ref watches).Token;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(seconds), time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, dropped, context.RequestAborted);
        context.Response.ContentType = "application/json;stream=watch";
        if (store.Begin(from) is not int place)
        {
            // In the stream, as the real one says it.
            JsonObject status = new FakeKubeApiRefusal(410, "Expired", $"too old resource version: {from}").Status;
            await LineAsync(context, new JsonObject { ["type"] = "ERROR", ["object"] = status });
            return;
        }

        string prefix = route.Namespace.Length == 0 ? $"{route.Resource}|" : $"{route.Resource}|{route.Namespace}/";
        Interlocked.Increment(ref standing.Value);
        try
        {
            await context.Response.Body.FlushAsync(end.Token);
            while (true)
            {
                (IReadOnlyList<FakeKubeApiChange> changes, Task more) = store.Since(place);
                place += changes.Count;
                foreach (FakeKubeApiChange change in changes)
                {
                    JsonObject? line = change.Type == "BOOKMARK" ? (bookmarks ? Bookmarked(route, change) : null)
                        : change.Key.StartsWith(prefix, StringComparison.Ordinal) ? change.For(selector) : null;
                    if (line is not null)
                    {
                        await LineAsync(context, line);
                    }
                }

                await more.WaitAsync(end.Token);
            }
        }
        catch (OperationCanceledException) when (dropped.IsCancellationRequested)
        {
            context.Abort();
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            // The end that the client asked for.
        }
        finally
        {
            Interlocked.Decrement(ref standing.Value);
        }
    }

    private static JsonObject Bookmarked(FakeKubeApiRoute route, FakeKubeApiChange change)
    {
        var value = (JsonObject)change.After.DeepClone();
        value["kind"] = route.Kind.Kind;
        value["apiVersion"] = route.Kind.ApiVersion;
        return new JsonObject { ["type"] = "BOOKMARK", ["object"] = value };
    }

    private static async Task LineAsync(HttpContext context, JsonObject line)
    {
        await context.Response.WriteAsync(line.ToJsonString() + "\n", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }
}

/// <summary>A fault of one call, in this order: wait for <see cref="Hold"/>, answer <see cref="Code"/>, or cut the good answer off in its middle.</summary>
internal sealed record FakeKubeApiFault
{
    public int Code { get; init; }

    /// <summary>The Retry-After header, in seconds.</summary>
    public int? RetryAfter { get; init; }

    public Task Hold { get; init; } = Task.CompletedTask;

    public bool Cut { get; init; }
}
