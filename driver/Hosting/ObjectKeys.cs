using System.Text;
using CsiSecrets.Kube;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Hosting;

/// <summary>Single keys of Secrets and ConfigMaps, read where the process was granted the right.</summary>
internal static class ObjectKeys
{
    /// <summary>The value, which the receiver owns; null when the Secret or the key does not exist.</summary>
    public static async Task<SecretBytes?> SecretAsync(IKubeApi api, ObjectKey name, string key, CancellationToken cancellationToken)
    {
        using Secret? secret = await api.GetAsync(ResourceTypes.Secrets, name, cancellationToken);
        return secret?.Find(key)?.Share();
    }

    /// <summary>The text; null when the ConfigMap or the key does not exist.</summary>
    public static async Task<string?> ConfigMapAsync(IKubeApi api, ObjectKey name, string key, CancellationToken cancellationToken) =>
        Find(await api.GetAsync(ResourceTypes.ConfigMaps, name, cancellationToken), key);

    /// <summary>The key's text, binaryData included where it is UTF-8.</summary>
    public static string? Find(ConfigMap? found, string key) =>
        found?.Data?.GetValueOrDefault(key)
        ?? (found?.BinaryData?.GetValueOrDefault(key) is { } binary ? Encoding.UTF8.GetString(Convert.FromBase64String(binary)) : null);
}
