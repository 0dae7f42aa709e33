using System.Text.Json.Nodes;
using CsiSecrets.Tests.Fakes;

namespace CsiSecrets.Tests.Harness;

/// <summary>The cluster around a node under test: manifests that the test writes, statuses and events that the node writes.</summary>
internal sealed class ClusterUnderTest(FakeKubeApi api, Kubelet kubelet)
{
    public const string Group = "secrets-store.csi.x-k8s.io/v1";
    public const string ForceAnnotation = "secrets-store.csi.k8s.io/force-sync";

    /// <summary>The CSIDriver object as the project's manifests have it, with the audiences that the test's kubelet passes.</summary>
    public void Driver(bool podInfo = true, bool tokensInSecrets = false)
    {
        var requests = new JsonArray([.. kubelet.Audiences.Select(a => new JsonObject { ["audience"] = a })]);
        api.Put("csidrivers", new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "secrets-store.csi.k8s.io" },
            ["spec"] = new JsonObject { ["podInfoOnMount"] = podInfo, ["requiresRepublish"] = true, ["tokenRequests"] = requests, ["serviceAccountTokenInSecrets"] = tokensInSecrets },
        }.ToJsonString());
    }

    public void Node() => api.Put(
        "nodes", $$"""{"metadata":{"name":"{{NodeUnderTest.NodeName}}","labels":{"topology.kubernetes.io/region":"us-east-1"} } }""");

    /// <summary>A class of the fake provider: <paramref name="objects"/> is a comma list, see its summary.</summary>
    public void Class(string ns, string name, string objects, params (string Name, string Value)[] parameters) =>
        ClassOf("fake", ns, name, [("objects", objects), .. parameters]);

    public void ClassOf(string provider, string ns, string name, (string Name, string Value)[] parameters, JsonObject? annotations = null)
    {
        var values = new JsonObject([.. parameters.Select(p => KeyValuePair.Create(p.Name, (JsonNode?)p.Value))]);
        var metadata = new JsonObject { ["namespace"] = ns, ["name"] = name };
        if (annotations is not null)
        {
            metadata["annotations"] = annotations;
        }

        api.Put("secretproviderclasses", new JsonObject
        {
            ["metadata"] = metadata,
            ["spec"] = new JsonObject { ["provider"] = provider, ["parameters"] = values },
        }.ToJsonString());
    }

    /// <summary>The ServiceAccount, made if it is not there.</summary>
    public JsonObject Account(string ns, string name, JsonObject? annotations = null)
    {
        if (annotations is null && api.Get("serviceaccounts", ns, name) is { } there)
        {
            return there;
        }

        return api.Put("serviceaccounts", new JsonObject
        {
            ["metadata"] = new JsonObject { ["namespace"] = ns, ["name"] = name, ["annotations"] = annotations ?? [] },
        }.ToJsonString());
    }

    /// <summary>A pod of this node with one volume of that class, and its ServiceAccount.</summary>
    public PodUnderTest Pod(string ns, string name, string className, string account = "default")
    {
        JsonObject owner = Account(ns, account);
        JsonObject pod = api.Put("pods", new JsonObject
        {
            ["metadata"] = new JsonObject { ["namespace"] = ns, ["name"] = name },
            ["spec"] = new JsonObject { ["nodeName"] = NodeUnderTest.NodeName, ["serviceAccountName"] = account },
        }.ToJsonString());
        return new PodUnderTest(kubelet, ns, name, className)
        {
            Uid = (string)pod["metadata"]!["uid"]!,
            ServiceAccount = account,
            ServiceAccountUid = (string)owner["metadata"]!["uid"]!,
        };
    }

    /// <summary>Writes an annotation on an object that is there.</summary>
    public void Annotate(string resource, string ns, string name, string annotation, string value) => api.Annotate(resource, ns, name, annotation, value);

    /// <summary>The pod status of a volume, by the name that the peer gives it; null while there is none.</summary>
    public JsonObject? Status(PodUnderTest pod) =>
        api.Get("secretproviderclasspodstatuses", pod.Namespace, $"{pod.Name}-{pod.Namespace}-{pod.ClassName}");

    /// <summary>The events on a pod, as <c>Type Reason message</c>, oldest first.</summary>
    public IReadOnlyList<string> Events(PodUnderTest pod) =>
    [
        .. api.All("events").Where(e => (string?)e["involvedObject"]!["uid"] == pod.Uid)
            .OrderBy(e => long.Parse((string)e["metadata"]!["resourceVersion"]!))
            .Select(e => $"{e["type"]} {e["reason"]} {e["message"]}"),
    ];

    /// <summary>Requests that changed something at the API server so far.</summary>
    public IReadOnlyList<string> Writes() =>
        [.. api.Requests.Where(r => r.Split(' ')[0] is "create" or "update" or "patch" or "delete")];
}
