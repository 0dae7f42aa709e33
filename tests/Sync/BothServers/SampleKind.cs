using CsiSecrets.Kube;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Tests.Kube;

namespace CsiSecrets.Tests.Sync.BothServers;

/// <summary>A custom resource of somebody's: a map, a list that is merged by name, a list that is one value, a default, and whatever else.</summary>
internal static class SampleKind
{
    public const string Kind = "App";
    public const string Plural = "apps";
    public const string ApiVersion = "example.com/v1";

    private const string Spec = """
        {"spec":{"group":"example.com","scope":"Namespaced","names":{"plural":"apps","singular":"app","kind":"App","listKind":"AppList"},
         "versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object","properties":{
           "spec":{"type":"object","x-kubernetes-preserve-unknown-fields":true,"properties":{
             "data":{"type":"object","additionalProperties":{"type":"string"}},
             "mode":{"type":"string","default":"plain"},
             "hosts":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["name"],
               "items":{"type":"object","required":["name"],"properties":{"name":{"type":"string"},"key":{"type":"string"},"port":{"type":"integer","default":80}}}},
             "args":{"type":"array","items":{"type":"string"}}}},
           "status":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}},"subresources":{"status":{}}}]}}
        """;

    public static readonly ResourceType<AnyObject> Type = AnyObject.Type("example.com", "v1", Plural, Kind, true);

    private static readonly ResourceType<AnyObject> Crds =
        AnyObject.Type("apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition", false);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Creates its CRD where it is not there, and waits until it is served.</summary>
    public static async Task EnsureAsync(KubeClient client)
    {
        if (await client.GetAsync(Crds, new ObjectKey("", "apps.example.com"), Ct) is null)
        {
            await client.CreateAsync(Crds, AnyObject.Of("", "apps.example.com", Spec), Ct);
        }

        for (int left = 600; ; left--)
        {
            try
            {
                await client.ListAsync(Type, new KubeQuery { Namespace = "default" }, static _ => { }, Ct);
                return;
            }
            catch (SecretsException) when (left > 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Ct);
            }
        }
    }
}
