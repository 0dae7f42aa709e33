namespace CsiSecrets.Tests.Csi;

/// <summary>The rules, against the host within this process.</summary>
public sealed class CsiSpecificationInProcessTests : CsiSpecificationTests
{
    internal override Task<ISpecificationTarget> StartAsync() => InProcessTarget.StartAsync();
}
