namespace CsiSecrets.Model.Manifests;

/// <summary>Namespace and name of an object; the namespace of a cluster-wide one is empty.</summary>
internal readonly record struct ObjectKey(string Namespace, string Name)
{
    public override string ToString() => Namespace.Length == 0 ? Name : $"{Namespace}/{Name}";
}
