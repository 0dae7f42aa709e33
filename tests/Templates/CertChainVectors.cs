namespace CsiSecrets.Tests.Templates;

/// <summary>filterCertChain.</summary>
public sealed class CertChainVectors(CertChainVectors.Group group) : IClassFixture<CertChainVectors.Group>
{
    private const string Name = "certChain";

    public static TheoryData<string> Ids => VectorGroup.Ids(Name);

    [Theory]
    [MemberData(nameof(Ids), DisableDiscoveryEnumeration = false)]
    public void Render_Vector_SameAsGo(string id) => group.Check(id);

    public sealed class Group() : VectorGroup(Name);
}
