namespace CsiSecrets.Tests.Sync.RealServer.PeerCases;

/// <summary>The test shows a case of the peer's suites, by its name in <c>tests/Cases/ExternalSecretsOperator/cases.txt</c>.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class PeerCaseAttribute(string name) : Attribute
{
    public string Name => name;
}
