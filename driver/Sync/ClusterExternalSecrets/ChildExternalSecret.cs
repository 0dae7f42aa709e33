using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsiSecrets.Kube;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Model.Manifests.ExternalSecrets;

namespace CsiSecrets.Sync.ClusterExternalSecrets;

/// <summary>The ExternalSecret that a ClusterExternalSecret wants in one namespace. Pure.</summary>
internal static class ChildExternalSecret
{
    public const string ForceAnnotation = "external-secrets.io/force-sync";

    public static string NameOf(ClusterExternalSecret owner) =>
        owner.Spec.ExternalSecretName is { Length: > 0 } name ? name : owner.Metadata.Name;

    public static ExternalSecret Of(ClusterExternalSecret owner, string ns)
    {
        var annotations = new Dictionary<string, string>(owner.Spec.ExternalSecretMetadata?.Annotations ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        if (owner.Metadata.Annotation(ForceAnnotation) is { } force)
        {
            annotations[ForceAnnotation] = force;
        }

        return new ExternalSecret
        {
            ApiVersion = $"{ResourceTypes.ExternalSecretsGroup}/v1",
            Kind = "ExternalSecret",
            Metadata = new ObjectMeta
            {
                Namespace = ns,
                Name = NameOf(owner),
                Labels = owner.Spec.ExternalSecretMetadata?.Labels,
                Annotations = annotations.Count > 0 ? annotations : null,
                OwnerReferences =
                [
                    new OwnerReference
                    {
                        ApiVersion = $"{ResourceTypes.ExternalSecretsGroup}/v1",
                        Kind = "ClusterExternalSecret",
                        Name = owner.Metadata.Name,
                        Uid = owner.Metadata.Uid,
                        Controller = true,
                        BlockOwnerDeletion = true,
                    },
                ],
            },
            Spec = owner.Spec.ExternalSecretSpec,
        };
    }

    /// <summary>The body of its apply: what the owner says and no more. An empty list that it does not say would be a change of the manifest, and each
    /// change fetches anew.</summary>
    public static byte[] Body(ClusterExternalSecret owner, string ns)
    {
        JsonNode child = JsonSerializer.SerializeToNode(Of(owner, ns), ManifestJson.Default.ExternalSecret)!;
        Prune(child["spec"]);
        return Encoding.UTF8.GetBytes(child.ToJsonString());
    }

    private static void Prune(JsonNode? node)
    {
        foreach (JsonNode? item in node as JsonArray ?? [])
        {
            Prune(item);
        }

        foreach ((string name, JsonNode? value) in (node as JsonObject ?? []).ToList())
        {
            Prune(value);
            if (value is JsonArray { Count: 0 })
            {
                ((JsonObject)node!).Remove(name);
            }
        }
    }

    /// <summary>Whether the object is this owner's; versions come and go.</summary>
    public static bool IsOf(ClusterExternalSecret owner, ExternalSecret child) => child.Metadata.OwnerReferences?.Any(o =>
        o.Kind == "ClusterExternalSecret" && o.Uid == owner.Metadata.Uid && o.Controller == true) == true;
}
