using System.Text.Json.Nodes;
using CsiSecrets.Tests.Aws.Calls;
using CsiSecrets.Tests.Aws.Faults;
using CsiSecrets.Tests.Aws.Iam;
using CsiSecrets.Tests.Aws.Signing;
using CsiSecrets.Tests.Aws.Sts;
using CsiSecrets.Tests.Aws.Wire;

namespace CsiSecrets.Tests.Aws.Hosting;

internal enum WireProtocol
{
    Json,
    Query,
    Agent,
}

/// <summary>What is known of a request while it is handled, and its answer.</summary>
internal sealed class Exchange(SignedMessage message, string requestId)
{
    private bool _plain;

    public SignedMessage Message { get; } = message;
    public string RequestId { get; } = requestId;
    public WireProtocol Protocol { get; set; }
    public string Service { get; set; } = "";
    public string Operation { get; set; } = "";
    public string Region { get; set; } = "us-east-1";
    public Principal Caller { get; set; } = Principal.Anonymous;
    public IReadOnlyList<string> Objects { get; set; } = [];
    public string? SessionName { get; set; }
    public string? Pod { get; set; }
    public Fault? Fault { get; set; }
    public int Status { get; private set; } = 200;
    public string? Error { get; private set; }
    public string Body { get; set; } = "";

    public string ContentType => (_plain, Protocol, Error) switch
    {
        (true, _, _) => "text/html",
        (_, WireProtocol.Json, _) => "application/x-amz-json-1.1",
        (_, WireProtocol.Query, _) => "text/xml",
        (_, WireProtocol.Agent, null) => "application/json",
        _ => "text/plain; charset=utf-8",
    };

    /// <summary>An answer from something in front of the service.</summary>
    public void Plain(int status, string body) => (_plain, Status, Body) = (true, status, body);

    public void Fail(AwsException e)
    {
        (Status, Error) = (e.Status, e.Code);
        if (_plain)
        {
            return;
        }

        Body = Protocol switch
        {
            WireProtocol.Query => StsAnswer.Error(e.Code, e.Text, e.Status, RequestId),
            WireProtocol.Agent => $"[{RequestId}]: ({e.Code}): {e.Text}, fault: {(e.Status < 500 ? "client" : "server")}\n",
            _ when e.Text is null => new JsonObject { ["__type"] = e.Code }.ToJsonString(),
            _ => new JsonObject { ["__type"] = e.Code, [e.Code is "AccessDeniedException" || e.Code.StartsWith("Resource", StringComparison.Ordinal) ? "Message" : "message"] = e.Text }.ToJsonString(),
        };
    }

    public CallRecord Record(DateTimeOffset at, string? host, string? from) => new()
    {
        At = at,
        Service = Service,
        Operation = Operation,
        Region = Region,
        Principal = Caller.Arn,
        Objects = [.. Objects],
        Status = Status,
        Error = Error,
        SessionName = SessionName ?? Caller.SessionName,
        UserAgent = Message.Header("User-Agent"),
        Host = host,
        From = from,
        Pod = Pod,
    };
}
