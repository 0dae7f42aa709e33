using CsiSecrets.Model;

namespace CsiSecrets.AwsApi;

/// <summary>AWS refused, or could not be reached. The message is AWS's own reason, without signatures or credentials, and the same for the same failure.</summary>
internal sealed class AwsException(FailureReason reason, string operation, string code, string message, string? requestId, Exception? inner = null)
    : Exception($"{operation}: {code}: {message}", inner)
{
    public FailureReason Reason { get; } = reason;

    /// <summary>AWS's error code, e.g. <c>AccessDeniedException</c>; ours for what never reached AWS.</summary>
    public string Code { get; } = code;

    /// <summary>What AWS's support asks for: the request's id. For the log.</summary>
    public string Trace { get; } = string.IsNullOrEmpty(requestId) ? "" : $"request id {requestId}";

    /// <summary>The region itself failed, not the request: another region may answer.</summary>
    public bool RegionFailed => Reason is FailureReason.ProviderUnavailable or FailureReason.ProviderTimeout or FailureReason.Throttled;
}
