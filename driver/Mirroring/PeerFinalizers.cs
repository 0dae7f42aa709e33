using System.Text.Json;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Mirroring;

/// <summary>
/// The finalizers that External Secrets Operator leaves on objects. This program needs none of them, and an object that keeps one can never be
/// deleted once its controller is gone.
/// </summary>
internal static class PeerFinalizers
{
    private const string Namespaced = "externalsecrets.external-secrets.io/ces-";

    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "externalsecrets.external-secrets.io/externalsecret-cleanup",
        "externalsecrets.external-secrets.io/clusterexternalsecret-cleanup",
        "secretstore.externalsecrets.io/finalizer",
        "pushsecret.externalsecrets.io/finalizer",
        "generatorstate.externalsecrets.io/finalizer",
    };

    /// <summary>The last kind is on Namespaces, and ends with a ClusterExternalSecret's name.</summary>
    public static bool Is(string finalizer) => Known.Contains(finalizer) || finalizer.StartsWith(Namespaced, StringComparison.Ordinal);

    public static bool Any(ObjectMeta metadata) => metadata.Finalizers?.Any(Is) == true;

    /// <summary>A merge patch that takes those away and keeps the others; it holds for this version of the object alone.</summary>
    public static byte[] Removal(ObjectMeta metadata)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("metadata");
            json.WriteString("resourceVersion", metadata.ResourceVersion);
            json.WriteStartArray("finalizers");
            foreach (string kept in (metadata.Finalizers ?? []).Where(static f => !Is(f)))
            {
                json.WriteStringValue(kept);
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
