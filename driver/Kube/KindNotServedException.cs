namespace CsiSecrets.Kube;

/// <summary>Stands inside the failure of a request whose whole kind, or version of it, the API server does not serve. Made by
/// <see cref="KubeErrors"/> alone, and asked for by <see cref="KubeErrors.IsNotServed"/>.</summary>
internal sealed class KindNotServedException() : Exception("the API server does not serve this kind");
