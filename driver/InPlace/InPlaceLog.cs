namespace CsiSecrets.InPlace;

/// <summary>The log lines of the room: names and causes, never a byte of an answer.</summary>
internal static partial class InPlaceLog
{
    [LoggerMessage(EventId = 7001, Level = LogLevel.Information, Message = "Pod {Pod} is told of its new files: {Wishes}")]
    public static partial void Told(ILogger log, string pod, string wishes);

    [LoggerMessage(EventId = 7002, Level = LogLevel.Warning, Message = "Pod {Pod}: {Failure}")]
    public static partial void Failed(ILogger log, string pod, string failure);

    [LoggerMessage(EventId = 7003, Level = LogLevel.Warning, Message = "Who is to be told of new files is kept in memory only ({Cause}): check the disk under --state-dir")]
    public static partial void NotKept(ILogger log, string cause);

    [LoggerMessage(EventId = 7004, Level = LogLevel.Error, Message = "Pod {Pod} is not told of its new files: {Type} {Stack}")]
    public static partial void Unexpected(ILogger log, string pod, string type, string stack);
}
