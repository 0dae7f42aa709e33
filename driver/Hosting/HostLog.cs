namespace CsiSecrets.Hosting;

internal static partial class HostLog
{
    [LoggerMessage(200, LogLevel.Information, "csi-secrets {Version} serves driver {Driver} for node {Node} on {Socket}")]
    public static partial void Serving(this ILogger logger, string version, string driver, string node, string socket);

    [LoggerMessage(201, LogLevel.Warning, "{Notice}")]
    public static partial void Notice(this ILogger logger, string notice);
}
