using System.Text.Json.Nodes;

namespace CsiSecrets.Tests.Fakes;

/// <summary>An answer that is no success, as metav1.Status.</summary>
internal sealed class FakeKubeApiRefusal(int code, string reason, string message, string name = "") : Exception(message)
{
    public int Code => code;

    public JsonObject Status => new()
    {
        ["kind"] = "Status",
        ["apiVersion"] = "v1",
        ["metadata"] = new JsonObject(),
        ["status"] = "Failure",
        ["message"] = Message,
        ["reason"] = reason,
        ["details"] = name.Length == 0 ? new JsonObject() : new JsonObject { ["name"] = name },
        ["code"] = code,
    };
}
