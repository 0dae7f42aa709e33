namespace CsiSecrets.Sync;

/// <summary>The log lines of the room. Names and causes only.</summary>
internal static partial class SyncLog
{
    [LoggerMessage(EventId = 5001, Level = LogLevel.Error, Message = "{Name}: unexpected {Exception}, please report it: {Stack}")]
    public static partial void Unexpected(ILogger log, string name, string exception, string stack);

    [LoggerMessage(EventId = 5002, Level = LogLevel.Warning, Message = "{Kind} {Name}: {Message}")]
    public static partial void Failed(ILogger log, string kind, string name, string message);

    [LoggerMessage(EventId = 5003, Level = LogLevel.Information, Message = "{Count} ExternalSecrets and {Stores} stores are watched")]
    public static partial void Watching(ILogger log, int count, int stores);
}
