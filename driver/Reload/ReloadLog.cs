namespace CsiSecrets.Reload;

/// <summary>The log lines of the room. Names and causes only.</summary>
internal static partial class ReloadLog
{
    [LoggerMessage(EventId = 6001, Level = LogLevel.Information, Message = "{Count} workloads ask to be reloaded; key {Key}")]
    public static partial void Watching(ILogger log, int count, string key);

    [LoggerMessage(EventId = 6002, Level = LogLevel.Information, Message = "{Message}")]
    public static partial void Reloaded(ILogger log, string message);

    [LoggerMessage(EventId = 6003, Level = LogLevel.Warning, Message = "{Message}")]
    public static partial void Failed(ILogger log, string message);

    [LoggerMessage(EventId = 6004, Level = LogLevel.Information, Message = "{Kind} is not followed: {Reason}")]
    public static partial void NotFollowed(ILogger log, string kind, string reason);

    [LoggerMessage(EventId = 6005, Level = LogLevel.Error, Message = "{Name}: unexpected {Exception}, please report it: {Stack}")]
    public static partial void Unexpected(ILogger log, string name, string exception, string stack);
}
