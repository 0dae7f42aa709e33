namespace CsiSecrets.Tests.Templates;

/// <summary>certSANs.</summary>
public sealed class CertSANsVectors(CertSANsVectors.Group group) : IClassFixture<CertSANsVectors.Group>
{
    private const string Name = "certSANs";

    public static TheoryData<string> Ids => VectorGroup.Ids(Name);

    [Theory]
    [MemberData(nameof(Ids), DisableDiscoveryEnumeration = false)]
    public void Render_Vector_SameAsGo(string id) => group.Check(id);

    public sealed class Group() : VectorGroup(Name);
}
