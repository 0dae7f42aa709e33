using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Kube.Folder;

/// <summary>Which object: group and kind (its version is only a spelling), namespace and name.</summary>
internal readonly record struct ObjectId(string Group, string Kind, ObjectKey Key)
{
    public override string ToString() => $"{Kind} {Key}";
}
