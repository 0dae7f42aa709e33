using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace CsiSecrets.Tests.Fakes;

/// <summary>The verbs of the fake API server.</summary>
internal sealed class FakeKubeApiCalls(FakeKubeApiStore store, FakeKubeApiIdentity identity, Action<string> admit)
{
    /// <summary>The answer's status and body; refusals are thrown.</summary>
    public async Task<(int Code, JsonObject Body)> AnswerAsync(FakeKubeApiRoute route, HttpRequest request)
    {
        string manager = request.Query["fieldManager"].ToString() is { Length: > 0 } named ? named : request.Headers.UserAgent.ToString();
        switch (route.Verb)
        {
            case "get":
                return (200, store.Find(route.Resource, route.Namespace, route.Name) ?? throw Absent(route));
            case "list":
                return (200, List(route, request));
            case "create" when route.Subresource == "token":
                return (201, Token(route, await BodyAsync(request)));
            case "create":
                return (201, Create(route, await BodyAsync(request), manager));
            case "update":
                return (200, Replace(route, await BodyAsync(request), manager));
            case "patch":
                return await PatchAsync(route, request, manager);
            case "delete":
                await CheckPreconditionsAsync(route, store.Find(route.Resource, route.Namespace, route.Name) ?? throw Absent(route), request);
                return (200, store.Change(route.Resource, route.Namespace, route.Name, Deleted)!);
            default:
                throw new FakeKubeApiRefusal(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
        }
    }

    /// <summary>Puts an object as if it had been written before the test.</summary>
    public JsonObject Put(FakeKubeApiKind kind, JsonObject value) => Change(
        kind, (string?)value["metadata"]?["namespace"] ?? "", (string)value["metadata"]!["name"]!, _ => (JsonObject)value.DeepClone());

    /// <summary>Edits what is there, or a new object, in one step: nothing that is written meanwhile is lost.</summary>
    public JsonObject Edit(FakeKubeApiKind kind, string ns, string name, Action<JsonObject> edit) => Change(
        kind,
        ns,
        name,
        there =>
        {
            there ??= new JsonObject { ["metadata"] = new JsonObject { ["namespace"] = ns, ["name"] = name } };
            edit(there);
            return there;
        });

    private JsonObject Change(FakeKubeApiKind kind, string ns, string name, Func<JsonObject?, JsonObject> next)
    {
        if (ns.Length > 0 && store.Find("namespaces", "", ns) is null)
        {
            store.Change("namespaces", "", ns, _ => Stamped(FakeKubeApiKind.Of("namespaces")!, new JsonObject { ["metadata"] = new JsonObject { ["name"] = ns } }));
        }

        return store.Change(kind.Resource, ns, name, there => Stamped(kind, next(there)))!;
    }

    /// <summary>Gone, or marked while finalizers keep it.</summary>
    private JsonObject? Deleted(JsonObject? there)
    {
        if (there?["metadata"]?["finalizers"] is not JsonArray { Count: > 0 })
        {
            return null;
        }

        there["metadata"]!["deletionTimestamp"] ??= store.Now;
        return there;
    }

    private static async Task CheckPreconditionsAsync(FakeKubeApiRoute route, JsonObject there, HttpRequest request)
    {
        JsonNode? wanted = request.ContentLength is > 0 ? (await BodyAsync(request))["preconditions"] : null;
        foreach (string field in new[] { "uid", "resourceVersion" })
        {
            if (wanted?[field] is { } value && value.ToString() != there["metadata"]![field]!.ToString())
            {
                throw Conflict(route);
            }
        }
    }

    private static async Task<JsonObject> BodyAsync(HttpRequest request) =>
        await JsonNode.ParseAsync(request.Body, cancellationToken: request.HttpContext.RequestAborted) as JsonObject
        ?? throw new FakeKubeApiRefusal(400, "BadRequest", "the body is no object");

    private static FakeKubeApiRefusal Absent(FakeKubeApiRoute route) =>
        new(404, "NotFound", $"{route.Resource} \"{route.Name}\" not found", route.Name);

    private static JsonObject Stamped(FakeKubeApiKind kind, JsonObject value)
    {
        value["apiVersion"] = kind.ApiVersion;
        value["kind"] = kind.Kind;
        value["metadata"] ??= new JsonObject();
        if (kind.Kind == "Secret" && value["stringData"] is JsonObject texts)
        {
            JsonObject data = value["data"] as JsonObject ?? (JsonObject)(value["data"] = new JsonObject());
            foreach ((string key, JsonNode? text) in texts)
            {
                data[key] = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text!.ToString()));
            }

            value.Remove("stringData");
        }

        return value;
    }

    private JsonObject List(FakeKubeApiRoute route, HttpRequest request)
    {
        int limit = int.TryParse(request.Query["limit"], CultureInfo.InvariantCulture, out int asked) ? asked : 0;
        string token = request.Query["continue"].ToString();
        bool cached = request.Query["resourceVersion"] == "0";
        if (token.Length > 0 && request.Query.ContainsKey("resourceVersion"))
        {
            throw new FakeKubeApiRefusal(400, "BadRequest", "specifying resource version is not allowed when using continue");
        }

        string[] parts = token.Length > 0 ? token.Split(' ', 2) : [];
        long at = parts.Length > 0 ? long.Parse(parts[0], CultureInfo.InvariantCulture) : store.Version;
        var selector = new FakeKubeApiSelector(request.Query["fieldSelector"].ToString(), request.Query["labelSelector"].ToString());
        List<(string Key, JsonObject Value)> all =
            [.. store.At(route.Resource, route.Namespace, at).Where(o => selector.Matches(o.Value) && (parts.Length == 0 || string.CompareOrdinal(o.Key, parts[1]) > 0))];

        // A list from the cache comes whole.
        bool cut = limit > 0 && !cached && all.Count > limit;
        List<(string Key, JsonObject Value)> page = cut ? all[..limit] : all;
        JsonObject meta = new() { ["resourceVersion"] = at.ToString(CultureInfo.InvariantCulture) };
        if (cut)
        {
            meta["continue"] = $"{at} {page[^1].Key}";
        }

        var items = new JsonArray();
        foreach ((_, JsonObject value) in page)
        {
            var item = (JsonObject)value.DeepClone();
            item.Remove("apiVersion");
            item.Remove("kind");
            items.Add(item);
        }

        return new JsonObject { ["kind"] = $"{route.Kind.Kind}List", ["apiVersion"] = route.Kind.ApiVersion, ["metadata"] = meta, ["items"] = items };
    }

    private JsonObject Create(FakeKubeApiRoute route, JsonObject body, string manager)
    {
        JsonObject value = Checked(route, body);
        var meta = (JsonObject)value["metadata"]!;
        if (meta["name"]?.ToString() is not { Length: > 0 })
        {
            string prefix = meta["generateName"]?.ToString() ?? throw new FakeKubeApiRefusal(422, "Invalid", "metadata.name: Required value: name or generateName is required");
            meta["name"] = prefix + Guid.NewGuid().ToString("N")[..5];
        }

        if (meta["resourceVersion"]?.ToString() is { Length: > 0 })
        {
            throw new FakeKubeApiRefusal(400, "BadRequest", "resourceVersion should not be set on objects to be created");
        }

        string name = meta["name"]!.ToString();
        return store.Change(route.Resource, route.Namespace, name, before => before is null
            ? FakeKubeApiFields.Own(null, value, manager, store.Now)
            : throw new FakeKubeApiRefusal(409, "AlreadyExists", $"{route.Resource} \"{name}\" already exists", name))!;
    }

    private JsonObject Replace(FakeKubeApiRoute route, JsonObject body, string manager)
    {
        JsonObject value = Checked(route, body);
        string uid = value["metadata"]!["uid"]?.ToString() ?? "";
        return store.Change(route.Resource, route.Namespace, route.Name, before =>
        {
            // As the real one: a uid is a precondition, which nothing cannot meet.
            if (before is null)
            {
                throw uid.Length > 0 ? Conflict(route) : Absent(route);
            }

            return uid.Length > 0 && uid != before["metadata"]!["uid"]!.ToString() ? throw Conflict(route) : Versioned(route, before, value, manager);
        })!;
    }

    private async Task<(int Code, JsonObject Body)> PatchAsync(FakeKubeApiRoute route, HttpRequest request, string manager)
    {
        JsonNode patch = await JsonNode.ParseAsync(request.Body, cancellationToken: request.HttpContext.RequestAborted)
            ?? throw new FakeKubeApiRefusal(400, "BadRequest", "the patch is empty");
        string type = request.ContentType?.Split(';')[0] ?? "";
        int code = 200;
        JsonObject written = store.Change(route.Resource, route.Namespace, route.Name, before =>
        {
            switch (type)
            {
                case "application/apply-patch+yaml":
                    if (request.Query["fieldManager"].Count == 0 || patch["metadata"]?["managedFields"] is not null)
                    {
                        throw new FakeKubeApiRefusal(400, "BadRequest", "fieldManager is required for apply patch, managedFields must be nil");
                    }

                    code = before is null ? 201 : 200;
                    JsonObject wanted = Checked(route, (JsonObject)patch.DeepClone());

                    if (before is not null && route.Kind.IsCustom && wanted["metadata"]!["resourceVersion"]?.ToString() == "")
                    {
                        throw new FakeKubeApiRefusal(422, "Invalid", "metadata.resourceVersion: Invalid value: 0x0: must be specified for an update");
                    }

                    // As the real one: a version is a precondition on what is there, and none on what is not.
                    if (before is not null && wanted["metadata"]!["resourceVersion"]?.ToString() is { Length: > 0 } version
                        && version != before["metadata"]!["resourceVersion"]!.ToString())
                    {
                        throw Conflict(route);
                    }

                    ((JsonObject)wanted["metadata"]!).Remove("resourceVersion");
                    foreach (string empty in new[] { "uid" }.Where(f => wanted["metadata"]![f]?.ToString() == ""))
                    {
                        ((JsonObject)wanted["metadata"]!).Remove(empty);
                    }

                    return FakeKubeApiFields.Apply(before, wanted, manager, request.Query["force"] == "true", store.Now);
                case "application/merge-patch+json" when route.Subresource == "status":
                    JsonObject whole = before ?? throw Absent(route);
                    whole["status"] = FakeKubeApiFields.Merge(whole["status"], patch["status"]);
                    return whole;
                case "application/merge-patch+json":
                    return Versioned(route, before ?? throw Absent(route), (JsonObject)FakeKubeApiFields.Merge(before, patch)!, manager);
                case "application/json-patch+json":
                    return Versioned(route, before ?? throw Absent(route), FakeKubeApiFields.Patch(before, (JsonArray)patch), manager);
                default:
                    throw new FakeKubeApiRefusal(415, "UnsupportedMediaType", $"the body of the request was in an unknown format: {type}");
            }
        })!;
        return (code, written);
    }

    private JsonObject Versioned(FakeKubeApiRoute route, JsonObject before, JsonObject after, string manager) =>
        after["metadata"]?["resourceVersion"]?.ToString() is { Length: > 0 } version && version != before["metadata"]!["resourceVersion"]!.ToString()
            ? throw Conflict(route)
            : FakeKubeApiFields.Own(before, after, manager, store.Now);

    private JsonObject Checked(FakeKubeApiRoute route, JsonObject body)
    {
        bool kind = (string?)body["kind"] == route.Kind.Kind && (string?)body["apiVersion"] == route.Kind.ApiVersion;
        string ns = body["metadata"]?["namespace"]?.ToString() ?? "";
        string name = body["metadata"]?["name"]?.ToString() ?? "";
        if (!kind || (ns.Length > 0 && ns != route.Namespace) || (route.Name.Length > 0 && name != route.Name))
        {
            throw new FakeKubeApiRefusal(400, "BadRequest", "the apiVersion, kind, name or namespace of the object does not match the URL");
        }

        if (route.Kind.Namespaced && store.Find("namespaces", "", route.Namespace) is null)
        {
            throw new FakeKubeApiRefusal(404, "NotFound", $"namespaces \"{route.Namespace}\" not found", route.Namespace);
        }

        if (route.Kind.Namespaced)
        {
            body["metadata"]!["namespace"] = route.Namespace;
        }

        return Stamped(route.Kind, body);
    }

    private JsonObject Token(FakeKubeApiRoute route, JsonObject body)
    {
        JsonObject account = store.Find("serviceaccounts", route.Namespace, route.Name) ?? throw Absent(route);
        long seconds = (long?)body["spec"]?["expirationSeconds"] ?? 3600;
        string[] audiences = body["spec"]?["audiences"] is JsonArray { Count: > 0 } asked ? [.. asked.Select(static a => a!.ToString())] : [FakeKubeApiIdentity.Issuer];
        JsonNode? bound = body["spec"]?["boundObjectRef"];
        JsonObject? pod = null;
        if (bound is not null)
        {
            string name = bound["name"]?.ToString() ?? "";
            pod = store.Find("pods", route.Namespace, name) ?? throw new FakeKubeApiRefusal(404, "NotFound", $"pods \"{name}\" not found", name);
            if (bound["uid"]?.ToString() is { Length: > 0 } uid && uid != pod["metadata"]!["uid"]!.ToString())
            {
                throw new FakeKubeApiRefusal(409, "Conflict", "the UID in the bound object reference does not match the UID in record");
            }
        }

        if (seconds < 600)
        {
            throw new FakeKubeApiRefusal(422, "Invalid", "spec.expirationSeconds: Invalid value: may not specify a duration less than 10 minutes");
        }

        (string token, DateTimeOffset expires) = identity.Mint(account, audiences, seconds, pod);
        admit(token);
        body["status"] = new JsonObject { ["token"] = token, ["expirationTimestamp"] = FakeKubeApiIdentity.Time(expires) };
        return body;
    }

    private static FakeKubeApiRefusal Conflict(FakeKubeApiRoute route) => new(
        409, "Conflict", $"Operation cannot be fulfilled on {route.Resource} \"{route.Name}\": the object has been modified", route.Name);
}
