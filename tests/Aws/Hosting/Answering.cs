using System.Diagnostics;
using System.Text;
using CsiSecrets.Tests.Aws.Faults;

namespace CsiSecrets.Tests.Aws.Hosting;

/// <summary>Puts an answer on the wire, whole or with the fault that was asked for. Delays are of the real clock: clients wait by theirs.</summary>
internal static class Answering
{
    public static async Task SendAsync(HttpContext http, Exchange exchange, Action<TimeSpan> held, CancellationToken ct)
    {
        var fault = exchange.Fault;
        var body = Encoding.UTF8.GetBytes(fault?.Kind == FaultKind.Garbage ? "\u0001\u0002{<garbage" : exchange.Body);
        if (fault?.Kind == FaultKind.Delay)
        {
            var since = Stopwatch.GetTimestamp();
            await Task.Delay(fault.Delay, TimeProvider.System, ct);
            held(Stopwatch.GetElapsedTime(since));
        }

        if (fault?.Kind == FaultKind.Answer)
        {
            body = Encoding.UTF8.GetBytes(fault.Body.Replace("$BODY", Encoding.UTF8.GetString(exchange.Message.Body), StringComparison.Ordinal));
        }

        http.Response.StatusCode = fault?.Kind == FaultKind.Answer ? fault.Status : exchange.Status;
        http.Response.ContentType = fault?.Kind == FaultKind.Answer ? fault.ContentType : exchange.ContentType;
        foreach (var (name, value) in fault?.Headers ?? new Dictionary<string, string>())
        {
            http.Response.Headers[name] = value;
        }

        http.Response.Headers["x-amzn-RequestId"] = exchange.RequestId;
        http.Response.ContentLength = body.Length;
        switch (fault?.Kind)
        {
            case FaultKind.Cut:
                await http.Response.Body.WriteAsync(body.AsMemory(0, body.Length / 2), ct);
                await http.Response.Body.FlushAsync(ct);
                http.Abort();
                break;
            case FaultKind.Drip:
                for (var i = 0; i < body.Length; i++)
                {
                    await http.Response.Body.WriteAsync(body.AsMemory(i, 1), ct);
                    await http.Response.Body.FlushAsync(ct);
                    await Task.Delay(fault.Delay, TimeProvider.System, ct);
                }

                break;
            default:
                await http.Response.Body.WriteAsync(body, ct);
                break;
        }
    }
}
