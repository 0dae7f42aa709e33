namespace CsiSecrets.Tests.Templates;

/// <summary>pkcs12key and pkcs12cert.</summary>
public sealed class Pkcs12Vectors(Pkcs12Vectors.Group group) : IClassFixture<Pkcs12Vectors.Group>
{
    private const string Name = "pkcs12";

    public static TheoryData<string> Ids => VectorGroup.Ids(Name);

    [Theory]
    [MemberData(nameof(Ids), DisableDiscoveryEnumeration = false)]
    public void Render_Vector_SameAsGo(string id) => group.Check(id);

    public sealed class Group() : VectorGroup(Name);
}
