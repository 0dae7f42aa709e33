using System.Text.Json.Serialization;

namespace CsiSecrets.Kube.Secrets;

/// <summary>The two ways to read Secrets beside the manifest's own.</summary>
internal static class SecretTypes
{
    public static readonly ResourceType<ObservedSecret> Observed = new("", "v1", "secrets", "Secret", true, SecretJson.Default.ObservedSecret);

    public static readonly ResourceType<LiveSecret> Live = new("", "v1", "secrets", "Secret", true, SecretJson.Default.LiveSecret);
}

[JsonSerializable(typeof(ObservedSecret))]
[JsonSerializable(typeof(LiveSecret))]
internal sealed partial class SecretJson : JsonSerializerContext;
