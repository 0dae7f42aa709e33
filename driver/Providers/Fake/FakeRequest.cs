using CsiSecrets.Model;

namespace CsiSecrets.Providers.Fake;

internal sealed record FakeRequest : SecretRequest
{
    public required string Key { get; init; }

    public required string Version { get; init; }

    public static FakeRequest Of(string key, string version) => new()
    {
        Key = key,
        Version = version,
        Name = version.Length == 0 ? $"fake secret {key}" : $"fake secret {key} version {version}",
        ObjectKey = $"{key.Length}:{key}{version}",
    };
}
