using System.Text.Json.Serialization;

namespace CsiSecrets.Kube.Secrets;

/// <summary>The ways to read Secrets beside the manifest's own.</summary>
internal static class SecretTypes
{
    public static readonly ResourceType<ObservedSecret> Observed = new("", "v1", "secrets", "Secret", true, SecretJson.Default.ObservedSecret);

    public static readonly ResourceType<LiveSecret> Live = new("", "v1", "secrets", "Secret", true, SecretJson.Default.LiveSecret);

    public static readonly ResourceType<KeySecret> Keys = new("", "v1", "secrets", "Secret", true, SecretJson.Default.KeySecret);
}

[JsonSerializable(typeof(ObservedSecret))]
[JsonSerializable(typeof(LiveSecret))]
[JsonSerializable(typeof(KeySecret))]
internal sealed partial class SecretJson : JsonSerializerContext;
