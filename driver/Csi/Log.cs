using CsiSecrets.Model;

namespace CsiSecrets.Csi;

internal static partial class Log
{
    [LoggerMessage(100, LogLevel.Error, "{Method} failed: {Reason}: {Message}")]
    public static partial void CallFailed(this ILogger logger, string method, FailureReason reason, string message);

    // The exception's own message is left out: it could hold anything.
    [LoggerMessage(101, LogLevel.Error, "{Method} failed unexpectedly: {Exception} {Stack}")]
    public static partial void CallBroke(this ILogger logger, string method, string exception, string stack);

    [LoggerMessage(102, LogLevel.Information, "The kubelet registered driver {Driver}")]
    public static partial void Registered(this ILogger logger, string driver);

    [LoggerMessage(103, LogLevel.Error, "The kubelet refused to register driver {Driver}: {Message}")]
    public static partial void RegistrationRefused(this ILogger logger, string driver, string message);
}
