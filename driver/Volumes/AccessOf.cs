using CsiSecrets.Providers;

namespace CsiSecrets.Volumes;

/// <summary>From a publish request to what a provider may use of it.</summary>
internal static class AccessOf
{
    public static AccessRequest Request(PublishRequest request, TimeSpan maxAge, VolumeOptions options) => new()
    {
        Pod = request.Pod,
        Tokens = request.Tokens,
        NodePublishSecrets = request.Secrets,
        IdentityMaxAge = maxAge < options.IdentityMaxAge ? maxAge : options.IdentityMaxAge,
    };
}
