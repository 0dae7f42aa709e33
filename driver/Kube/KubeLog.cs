namespace CsiSecrets.Kube;

/// <summary>The log lines of the room. Names of objects and causes only: never a body.</summary>
internal static partial class KubeLog
{
    [LoggerMessage(EventId = 3001, Level = LogLevel.Debug, Message = "{Call} is tried again (attempt {Attempt} failed: {Cause})")]
    public static partial void Retrying(ILogger log, string call, int attempt, string cause);

    [LoggerMessage(EventId = 3002, Level = LogLevel.Warning, Message = "Watch of {Kind} {Selector} is down: {Cause}; the last known objects are used")]
    public static partial void WatchDown(ILogger log, string kind, string selector, string cause);

    [LoggerMessage(EventId = 3003, Level = LogLevel.Information, Message = "Watch of {Kind} {Selector} is back after {Failures} failures")]
    public static partial void WatchBack(ILogger log, string kind, string selector, int failures);

    [LoggerMessage(EventId = 3005, Level = LogLevel.Warning, Message = "SecretProviderClassPodStatus {Name} was not written, again in {Wait}: {Cause}")]
    public static partial void StatusLate(ILogger log, string name, TimeSpan wait, string cause);

    [LoggerMessage(EventId = 3006, Level = LogLevel.Information, Message = "Taint {Taint} of Node {Node} is removed")]
    public static partial void TaintRemoved(ILogger log, string taint, string node);

    [LoggerMessage(EventId = 3008, Level = LogLevel.Error, Message = "Taint {Taint} of Node {Node} stays: {Cause}")]
    public static partial void TaintStays(ILogger log, string taint, string node, string cause);

    [LoggerMessage(EventId = 3020, Level = LogLevel.Information, Message = "Lease {Lease} is held as {Identity}: this process works")]
    public static partial void LeadershipBegins(ILogger log, string lease, string identity);

    [LoggerMessage(EventId = 3021, Level = LogLevel.Information, Message = "Lease {Lease} is no longer held as {Identity}: this process waits")]
    public static partial void LeadershipEnds(ILogger log, string lease, string identity);

    [LoggerMessage(EventId = 3022, Level = LogLevel.Warning, Message = "Lease {Lease} cannot be read or written: {Cause}")]
    public static partial void LeaseTrouble(ILogger log, string lease, string cause);
}
