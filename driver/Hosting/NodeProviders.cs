using CsiSecrets.Providers;
using CsiSecrets.Telemetry;

namespace CsiSecrets.Hosting;

/// <summary>The providers of a node, by its flags.</summary>
internal static class NodeProviders
{
    public static IReadOnlyList<ISecretProvider> For(NodeOptions options, ClusterAccess access, TimeProvider time, Meters meters)
    {
        _ = (options, access, time, meters);
        return [];
    }
}
