using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;

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

    /// <summary>Tells of looks that failed.</summary>
    public static Action<ObjectKey, Exception> Failures(ILogger log) => (key, e) =>
    {
        if (e is SecretsException)
        {
            // The API server is away, or refuses: nothing of ours is wrong.
            Failed(log, "work on", key.ToString(), e.Message);
        }
        else
        {
            Unexpected(log, key.ToString(), e.GetType().Name, e.StackTrace ?? "");
        }
    };
}
