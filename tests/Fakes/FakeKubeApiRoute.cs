using Microsoft.AspNetCore.Http;

namespace CsiSecrets.Tests.Fakes;

/// <summary>What a request asks for; <see cref="Verb"/> in RBAC's words: get, list, watch, create, update, patch, delete.</summary>
internal sealed record FakeKubeApiRoute(string Verb, FakeKubeApiKind Kind, string Namespace, string Name, string Subresource)
{
    public string Resource => Kind.Resource;

    /// <summary>Null for a path that is not served.</summary>
    public static FakeKubeApiRoute? Of(HttpRequest request, IEnumerable<FakeKubeApiKind> kinds)
    {
        List<string> parts = [.. request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries)];
        int group = parts is ["api", ..] ? 2 : parts is ["apis", ..] ? 3 : 0;
        if (group == 0 || parts.Count <= group)
        {
            return null;
        }

        string apiVersion = string.Join('/', parts[1..group]);
        string[] rest = [.. parts[group..]];
        bool within = rest is ["namespaces", _, _, ..];
        string ns = within ? rest[1] : "";
        rest = within ? rest[2..] : rest;
        if (kinds.FirstOrDefault(k => k.ApiVersion == apiVersion && k.Resource == rest[0]) is not { } kind || rest.Length > 3)
        {
            return null;
        }

        string name = rest.Length > 1 ? rest[1] : "";
        string verb = request.Method switch
        {
            "GET" => name.Length > 0 ? "get" : request.Query["watch"] is [var watch] && watch is "1" or "true" ? "watch" : "list",
            "POST" => "create",
            "PUT" => "update",
            "PATCH" => "patch",
            "DELETE" => "delete",
            _ => "",
        };
        string subresource = rest.Length > 2 ? rest[2] : "";
        return subresource is "" or "token" or "status" ? new FakeKubeApiRoute(verb, kind, ns, name, subresource) : null;
    }
}

/// <summary>A kind that the fake serves.</summary>
internal sealed record FakeKubeApiKind(string ApiVersion, string Resource, string Kind, bool Namespaced)
{
    /// <summary>Of a CRD: the server's own groups have no dot, or end with its domain.</summary>
    public bool IsCustom => ApiVersion.Split('/') is [var group, _] && group.Contains('.', StringComparison.Ordinal) && !group.EndsWith(".k8s.io", StringComparison.Ordinal);

    public static readonly IReadOnlyList<FakeKubeApiKind> Known =
    [
        new("v1", "namespaces", "Namespace", false),
        new("v1", "pods", "Pod", true),
        new("v1", "secrets", "Secret", true),
        new("v1", "configmaps", "ConfigMap", true),
        new("v1", "serviceaccounts", "ServiceAccount", true),
        new("v1", "events", "Event", true),
        new("v1", "nodes", "Node", false),
        new("apps/v1", "deployments", "Deployment", true),
        new("storage.k8s.io/v1", "csinodes", "CSINode", false),
        new("storage.k8s.io/v1", "csidrivers", "CSIDriver", false),
        new("coordination.k8s.io/v1", "leases", "Lease", true),
        new("external-secrets.io/v1", "externalsecrets", "ExternalSecret", true),
        new("secrets-store.csi.x-k8s.io/v1", "secretproviderclasses", "SecretProviderClass", true),
        new("secrets-store.csi.x-k8s.io/v1", "secretproviderclasspodstatuses", "SecretProviderClassPodStatus", true),
    ];

    public static FakeKubeApiKind? Of(string resource) => Known.FirstOrDefault(k => k.Resource == resource);
}
