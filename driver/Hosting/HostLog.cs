using CsiSecrets.Model;

namespace CsiSecrets.Hosting;

internal static partial class HostLog
{
    [LoggerMessage(200, LogLevel.Information, "csi-secrets {Version} serves driver {Driver} for node {Node} on {Socket}")]
    public static partial void Serving(this ILogger logger, string version, string driver, string node, string socket);

    [LoggerMessage(202, LogLevel.Warning, "The refresh of volume {VolumeId} of SecretProviderClass {SecretProviderClass} fails, its files stay as they are: {Reason}: {Message} {Stack}")]
    public static partial void RefreshFailed(this ILogger logger, string volumeId, string secretProviderClass, FailureReason reason, string message, string stack);

    [LoggerMessage(203, LogLevel.Warning, "A refresh was left out: {Message}")]
    public static partial void RefreshSkipped(this ILogger logger, string message);

    [LoggerMessage(201, LogLevel.Warning, "{Notice}")]
    public static partial void Notice(this ILogger logger, string notice);

    [LoggerMessage(204, LogLevel.Information, "csi-secrets {Version} syncs for controller class {Class} in {Where}")]
    public static partial void Controls(this ILogger logger, string version, string @class, string where);
}
