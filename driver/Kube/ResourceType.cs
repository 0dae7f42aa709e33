using System.Text.Json.Serialization.Metadata;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Kube;

/// <summary>How a kind of object is named in URLs and read from JSON.</summary>
/// <param name="Group">Empty for the core group.</param>
internal sealed record ResourceType<T>(string Group, string Version, string Plural, string Kind, bool Namespaced, JsonTypeInfo<T> Json)
    where T : KubeObject
{
    /// <summary>E.g. <c>v1</c> or <c>storage.k8s.io/v1</c>.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>The path of the collection; of all namespaces when <paramref name="ns"/> is empty.</summary>
    public string CollectionPath(string ns)
    {
        string root = Group.Length == 0 ? $"/api/{Version}" : $"/apis/{Group}/{Version}";
        return Namespaced && ns.Length > 0 ? $"{root}/namespaces/{Segment(ns)}/{Plural}" : $"{root}/{Plural}";
    }

    /// <summary>The path of one object, or of its <paramref name="subresource"/>.</summary>
    public string ObjectPath(ObjectKey key, string subresource = "")
    {
        string path = $"{CollectionPath(key.Namespace)}/{Segment(key.Name)}";
        return subresource.Length == 0 ? path : $"{path}/{subresource}";
    }

    /// <summary>The object with apiVersion and kind filled in, as it must be sent.</summary>
    public T Stamp(T value) => (T)((KubeObject)value with { ApiVersion = ApiVersion, Kind = Kind });

    public override string ToString() => Kind;

    /// <summary>The server's own rule for what may stand in a path: a dot would lead to another object, escaped or not.</summary>
    private string Segment(string name) => name is not ("." or "..") && !name.AsSpan().ContainsAny('/', '%')
        ? Uri.EscapeDataString(name)
        : throw new SecretsException(FailureReason.KubernetesInvalid, $"{Kind} {name}", "no object can have this name or namespace", "correct the name");
}
