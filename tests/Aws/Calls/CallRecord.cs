using System.Collections.Immutable;

namespace CsiSecrets.Tests.Aws.Calls;

/// <summary>One call as it was answered; never a value.</summary>
internal sealed record CallRecord
{
    public required DateTimeOffset At { get; init; }
    public required string Service { get; init; }
    public required string Operation { get; init; }
    public required string Region { get; init; }

    /// <summary>The ARN of the caller; `anonymous` before a caller is known.</summary>
    public required string Principal { get; init; }

    public required ImmutableArray<string> Objects { get; init; }
    public required int Status { get; init; }
    public string? Error { get; init; }
    /// <summary>As CloudTrail shows it: the session asked for, or the session that called.</summary>
    public string? SessionName { get; init; }

    public string? UserAgent { get; init; }
    public string? Host { get; init; }

    /// <summary>The address that called.</summary>
    public string? From { get; init; }

    /// <summary>The pod that the presented web identity token is bound to, as <c>namespace/name</c>.</summary>
    public string? Pod { get; init; }
}
