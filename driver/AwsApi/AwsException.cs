using CsiSecrets.Model;

namespace CsiSecrets.AwsApi;

/// <summary>AWS refused, or could not be reached. The message is AWS's own reason, without signatures or credentials.</summary>
internal sealed class AwsException(FailureReason reason, string operation, string code, string message, string? requestId, Exception? inner = null)
    : Exception(Describe(operation, code, message, requestId), inner)
{
    public FailureReason Reason { get; } = reason;

    /// <summary>AWS's error code, e.g. <c>AccessDeniedException</c>; ours for what never reached AWS.</summary>
    public string Code { get; } = code;

    /// <summary>The message without the request's id: the same for the same failure, so that a condition that tells it is written once.</summary>
    public string Told { get; } = Describe(operation, code, message, null);

    /// <summary>The region itself failed, not the request: another region may answer.</summary>
    public bool RegionFailed => Reason is FailureReason.ProviderUnavailable or FailureReason.ProviderTimeout or FailureReason.Throttled;

    private static string Describe(string operation, string code, string message, string? requestId) =>
        $"{operation}: {code}: {message}{(requestId is null ? "" : $" (request id {requestId})")}";
}
