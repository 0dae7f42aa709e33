namespace CsiSecrets.Tests.Csi;

/// <summary>The rules, against the published binary.</summary>
public sealed class CsiSpecificationBinaryTests : CsiSpecificationTests
{
    internal override Task<ISpecificationTarget> StartAsync() => BinaryTarget.StartAsync();
}
