using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Kube;

/// <summary>Which objects of a kind: a namespace (empty for all) and the API server's own selectors.</summary>
internal sealed record KubeQuery
{
    public static readonly KubeQuery All = new();

    public string Namespace { get; init; } = "";

    /// <summary>E.g. <c>spec.nodeName=node1</c>.</summary>
    public string FieldSelector { get; init; } = "";

    /// <summary>E.g. <c>app=shop,tier!=web</c>.</summary>
    public string LabelSelector { get; init; } = "";

    /// <summary>
    /// True: a list may come from the server's cache, a little old but cheap for the server. For a list that a watch follows, from the
    /// version that it names.
    /// </summary>
    public bool FromCache { get; init; }

    /// <summary>Exactly one object.</summary>
    public static KubeQuery One(ObjectKey key) => new() { Namespace = key.Namespace, FieldSelector = $"metadata.name={key.Name}" };
}
