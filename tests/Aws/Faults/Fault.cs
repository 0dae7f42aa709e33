using CsiSecrets.Tests.Aws.Iam;
using CsiSecrets.Tests.Aws.Wire;

namespace CsiSecrets.Tests.Aws.Faults;

/// <summary>What goes wrong.</summary>
internal enum FaultKind
{
    /// <summary>ThrottlingException with HTTP 400.</summary>
    Throttle,

    /// <summary>The service's own failure, HTTP 500.</summary>
    Fail,

    /// <summary>An answer of Status with a body that is no AWS error, as load balancers send.</summary>
    Status,

    /// <summary>An AWS error of Code with Status.</summary>
    Error,

    /// <summary>The answer comes after Delay, and is right.</summary>
    Delay,

    /// <summary>The connection ends in the middle of the answer, after the operation was done.</summary>
    Cut,

    /// <summary>HTTP 200 with a body that is no JSON and no XML.</summary>
    Garbage,

    /// <summary>The answer comes byte by byte, each after Delay.</summary>
    Drip,

    /// <summary>The operation is done, and its answer replaced by Status, Body, ContentType and Headers.</summary>
    Answer,
}

/// <summary>A fault and the calls that it hits; patterns know * and ?.</summary>
internal sealed record Fault
{
    public required FaultKind Kind { get; init; }
    public string Operation { get; init; } = "*";
    public string Principal { get; init; } = "*";
    public string Region { get; init; } = "*";
    public string Object { get; init; } = "*";
    public int Status { get; init; } = 503;
    public string Code { get; init; } = "InternalFailure";
    public TimeSpan Delay { get; init; }

    /// <summary>The answer's text; $BODY in it is what the client sent.</summary>
    public string Body { get; init; } = "";
    public string ContentType { get; init; } = "application/x-amz-json-1.1";
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>How many calls it hits before it is spent; null: all.</summary>
    public int? Times { get; init; }

    public bool Hits(string operation, string principal, string region, IReadOnlyList<string> objects) =>
        PolicyStatement.Like(Operation, operation)
        && PolicyStatement.Like(Principal, principal)
        && PolicyStatement.Like(Region, region)
        && (Object == "*" || objects.Any(o => PolicyStatement.Like(Object, o)));

    /// <summary>The error that stands in for the operation; null if the operation is to run.</summary>
    public AwsException? Instead(string internalError) => Kind switch
    {
        FaultKind.Throttle => new AwsException("ThrottlingException", "Rate exceeded"),
        FaultKind.Fail => new AwsException(internalError, "An error occurred on the server side.", 500),
        FaultKind.Error => new AwsException(Code, $"{Code} by fault", Status),
        _ => null,
    };
}
