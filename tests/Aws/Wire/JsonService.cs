using System.Text.Json.Nodes;

namespace CsiSecrets.Tests.Aws.Wire;

/// <summary>A service of the JSON 1.1 protocol: operations by name, one at a time (they are memory only and short).</summary>
internal abstract class JsonService(string name, string internalError, Lock gate)
{
    /// <summary>The service's name in credential scopes and IAM actions.</summary>
    public string Name { get; } = name;

    /// <summary>The error code of a failure that is the service's own.</summary>
    public string InternalError { get; } = internalError;

    protected Dictionary<string, Func<Call, JsonObject>> Operations { get; } = new(StringComparer.Ordinal);

    public bool Knows(string operation) => Operations.ContainsKey(operation);

    public JsonObject Run(Call call)
    {
        lock (gate)
        {
            return Operations[call.Operation](call);
        }
    }

    /// <summary>The objects that the call names, for the call log.</summary>
    public IReadOnlyList<string> Objects(Call call) => [.. ObjectsOf(call)];

    protected abstract IEnumerable<string> ObjectsOf(Call call);
}
