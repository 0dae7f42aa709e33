using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Sync;

/// <summary>An event to write; the message is safe to show.</summary>
internal sealed record SyncEvent(ObjectReference About, string Reason, string Message, bool Warning = false)
{
    public static ObjectReference Of(KubeObject about, string apiVersion, string kind) => new()
    {
        ApiVersion = apiVersion,
        Kind = kind,
        Namespace = about.Metadata.Namespace,
        Name = about.Metadata.Name,
        Uid = about.Metadata.Uid,
        ResourceVersion = about.Metadata.ResourceVersion,
    };
}
