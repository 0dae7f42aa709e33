using System.Globalization;
using System.Text.Json;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Kube.Folder;

/// <summary>One object as it is now. Its JSON is held as a secret, because a Secret's is one.</summary>
internal sealed class FolderObject(ObjectId id, ObjectBirth birth, ulong revision, SecretBytes json) : IDisposable
{
    public ObjectId Id { get; } = id;

    public ObjectBirth Birth { get; } = birth;

    public ulong Revision { get; } = revision;

    public SecretBytes Json { get; } = json;

    /// <summary>Another handle, disposed on its own.</summary>
    public FolderObject Share() => new(Id, Birth, Revision, Json.Share());

    /// <summary>The object with what an API server would have filled in.</summary>
    public T Read<T>(ResourceType<T> type)
        where T : KubeObject
    {
        T value = JsonSerializer.Deserialize(Json.Span, type.Json)!;
        ObjectMeta metadata = value.Metadata with
        {
            Name = Id.Key.Name,
            Namespace = Id.Key.Namespace,
            Uid = Birth.Uid,
            ResourceVersion = Revision.ToString(CultureInfo.InvariantCulture),
            CreationTimestamp = Birth.At,
        };
        return (T)((KubeObject)type.Stamp(value) with { Metadata = metadata });
    }

    public void Dispose() => Json.Dispose();
}

/// <summary>What an object keeps for its life.</summary>
/// <param name="Uid">Its UID.</param>
/// <param name="At">When it was first seen.</param>
/// <param name="Place">Where it stands; null for what was written through the API.</param>
internal sealed record ObjectBirth(string Uid, DateTimeOffset At, ManifestPlace? Place);
