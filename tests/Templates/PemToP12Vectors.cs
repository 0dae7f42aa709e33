namespace CsiSecrets.Tests.Templates;

/// <summary>pemToPkcs12 and its like.</summary>
public sealed class PemToP12Vectors(PemToP12Vectors.Group group) : IClassFixture<PemToP12Vectors.Group>
{
    private const string Name = "pemToP12";

    public static TheoryData<string> Ids => VectorGroup.Ids(Name);

    [Theory]
    [MemberData(nameof(Ids), DisableDiscoveryEnumeration = false)]
    public void Render_Vector_SameAsGo(string id) => group.Check(id);

    public sealed class Group() : VectorGroup(Name);
}
