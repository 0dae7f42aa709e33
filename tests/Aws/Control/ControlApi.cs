using System.Text.Json;
using System.Text.Json.Nodes;
using CsiSecrets.Tests.Aws.Hosting;

namespace CsiSecrets.Tests.Aws.Control;

/// <summary>The endpoint's handles for another process, as JSON below /_control/.</summary>
internal sealed class ControlApi(EndpointState state)
{
    public const string Prefix = "/_control/";

    public async Task HandleAsync(HttpContext http, CancellationToken ct)
    {
        JsonNode answer;
        try
        {
            using var reader = new StreamReader(http.Request.Body);
            var text = await reader.ReadToEndAsync(ct);
            var body = text.Length == 0 ? [] : JsonNode.Parse(text)!.AsObject();
            answer = Run($"{http.Request.Method} {http.Request.Path.Value![Prefix.Length..]}", body);
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException or ArgumentException)
        {
            http.Response.StatusCode = 400;
            answer = new JsonObject { ["error"] = e.Message };
        }

        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(answer.ToJsonString(), ct);
    }

    private JsonNode Run(string request, JsonObject body)
    {
        switch (request)
        {
            case "GET health":
                return new JsonObject { ["status"] = "ok" };
            case "POST seed":
                return SeedDocument.Apply(state, body);
            case "POST list-lag":
                new Seeding(state).ListLag(TimeSpan.FromSeconds((double)body["seconds"]!));
                return new JsonObject();
            case "POST disable-key":
                new Seeding(state).DisableKey((string)body["kmsKeyId"]!);
                return new JsonObject();
            case "POST clock":
                (state.Time as MovableClock ?? throw new InvalidOperationException("this endpoint's clock is its host's"))
                    .Advance(TimeSpan.FromSeconds((double)body["advanceSeconds"]!));
                return new JsonObject { ["now"] = state.Time.GetUtcNow().ToString("O") };
            case "DELETE faults":
                state.Faults.Clear();
                return new JsonObject();
            case "GET calls":
                return new JsonArray([.. state.Calls.All.Select(Call)]);
            case "GET counters":
                return new JsonArray([.. state.Calls.Counters.Select(Counter)]);
            case "DELETE calls":
                state.Calls.Reset();
                return new JsonObject();
            case "GET sessions":
                return new JsonArray([.. state.Credentials.Sessions.Select(s => (JsonNode)new JsonObject
                {
                    ["arn"] = s.Owner.Arn,
                    ["sessionName"] = s.Owner.SessionName,
                    ["expires"] = s.Expires!.Value.ToString("O"),
                })]);
            case "POST reset":
                state.Reset();
                return new JsonObject();
            default:
                throw new ArgumentException($"'{request}' is no control request; tests/Aws/README.md lists them");
        }
    }

    private static JsonNode Call(Calls.CallRecord c) => new JsonObject
    {
        ["at"] = c.At.ToString("O"),
        ["service"] = c.Service,
        ["operation"] = c.Operation,
        ["region"] = c.Region,
        ["principal"] = c.Principal,
        ["objects"] = new JsonArray([.. c.Objects.Select(o => (JsonNode)o)]),
        ["status"] = c.Status,
        ["error"] = c.Error,
        ["sessionName"] = c.SessionName,
        ["userAgent"] = c.UserAgent,
        ["host"] = c.Host,
        ["from"] = c.From,
        ["pod"] = c.Pod,
    };

    private static JsonNode Counter(((string Operation, string Principal, string Region, string Object) Key, long Count) c) => new JsonObject
    {
        ["operation"] = c.Key.Operation,
        ["principal"] = c.Key.Principal,
        ["region"] = c.Key.Region,
        ["object"] = c.Key.Object,
        ["count"] = c.Count,
    };
}
